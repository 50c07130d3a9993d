// Writes XML 1.0: every text is escaped, and what XML can't hold is replaced. Pure.

/** XML that was written by `element`; a plain string is always text. */
export class Xml {
  readonly written: string

  constructor (written: string) {
    this.written = written
  }
}

/** Nothing is written for null, and no attribute for undefined. */
export function element (name: string, attributes: Readonly<Record<string, string | undefined>>, ...children: readonly (Xml | string | null)[]): Xml {
  const given = Object.entries(attributes).map(([attribute, value]) => value === undefined ? '' : ` ${attribute}="${xmlText(value).replace(/[\t\n]/g, ' ')}"`).join('')
  if (children.length === 0) return new Xml(`<${name}${given}/>`)
  const inner = children.map(child => child === null ? '' : typeof child === 'string' ? xmlText(child) : child.written)
  // On lines of their own only where there is no text between: white space belongs to a text.
  const nested = children.every(child => typeof child !== 'string')
  return new Xml(`<${name}${given}>${nested ? `\n${inner.filter(part => part !== '').join('\n')}\n` : inner.join('')}</${name}>`)
}

/** A whole document in UTF-8. */
export function xmlDocument (root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.written}\n`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/**
 * The text escaped for element and attribute. Control characters, halves of characters and the other code points that XML 1.0
 * forbids or advises against (2.2, Char) become U+FFFD. Line ends become line feeds, as every reader would do.
 */
export function xmlText (text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- these are the ones meant
    .replace(/[^\t\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\u{10000}-\u{10ffff}]|[\u{1fffe}\u{1ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, sign => entities[sign] ?? '')
}
