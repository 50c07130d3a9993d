// Telegram's HTML parse mode, as strict as the platform: what it refuses, this refuses.

const allowed = new Set(['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'tg-spoiler', 'span', 'a', 'code', 'pre', 'blockquote'])

/** The text a person sees, or the platform's complaint. */
export type Parsed = { ok: true, text: string } | { ok: false, complaint: string }

/** Parses a text in `parse_mode: HTML`: tags must be known and closed in order, `&` and `<` escaped. */
export function parseHtml (html: string): Parsed {
  const open: string[] = []
  let text = ''
  let at = 0
  while (at < html.length) {
    const char = html.charAt(at)
    if (char === '<') {
      const tag = /^<(\/?)([a-z-]+)(?:\s[^<>]*)?>/i.exec(html.slice(at))
      const name = tag?.[2]?.toLowerCase()
      if (!tag || name === undefined || !allowed.has(name)) {
        return { ok: false, complaint: `can't parse entities: Unsupported start tag "${name ?? ''}" at byte offset ${byteOffset(html, at)}` }
      }
      if (tag[1] === '/') {
        const expected = open.pop()
        if (expected !== name) {
          return { ok: false, complaint: `can't parse entities: Unmatched end tag at byte offset ${byteOffset(html, at)}, expected "</${expected ?? ''}>", found "</${name}>"` }
        }
      } else {
        open.push(name)
      }
      at += tag[0].length
    } else if (char === '&') {
      const entity = /^&(?:lt|gt|amp|quot|#\d+|#x[\da-f]+);/i.exec(html.slice(at))?.[0]
      text += entity ? decode(entity) : '&'
      at += entity?.length ?? 1
    } else {
      text += char
      at++
    }
  }
  const left = open.pop()
  if (left !== undefined) return { ok: false, complaint: `can't parse entities: Can't find end tag corresponding to start tag "${left}"` }
  return { ok: true, text }
}

function decode (entity: string): string {
  const named: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' }
  const known = named[entity.toLowerCase()]
  if (known !== undefined) return known
  const number = /^&#x/i.test(entity) ? parseInt(entity.slice(3), 16) : parseInt(entity.slice(2), 10)
  return String.fromCodePoint(Math.min(number, 0x10ffff))
}

function byteOffset (text: string, at: number): number {
  return new TextEncoder().encode(text.slice(0, at)).length
}
