// Takes a form with files apart (multipart/form-data, RFC 7578) without copying them: Node's own reader stops everything for 22 ms a megabyte.

export interface Part {
  name: string
  /** Null: a field, no file. */
  fileName: string | null
  /** As claimed; empty when nothing was. */
  type: string
  /** A view of the body. */
  bytes: Uint8Array<ArrayBuffer>
}

/** More fields than our forms have. */
const mostParts = 50
const longestHead = 4096

/** The boundary in a Content-Type; null when it is no form with files. */
export function boundaryOf (contentType: string | undefined): string | null {
  const found = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([\w'()+,./:=?-]{1,70}))\s*(?:;|$)/i.exec(contentType ?? '')
  return found?.[1] ?? found?.[2] ?? null
}

/** Null when it is broken or was cut off. */
export function partsOf (body: Uint8Array<ArrayBuffer>, boundary: string): Part[] | null {
  const all = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const line = Buffer.from(`\r\n--${boundary}`, 'latin1')
  const parts: Part[] = []
  // The first boundary has no line end before it.
  if (!all.subarray(0, line.length - 2).equals(line.subarray(2))) return null
  let at = line.length - 2
  while (!all.subarray(at, at + 2).equals(Buffer.from('--'))) {
    if (!all.subarray(at, at + 2).equals(Buffer.from('\r\n')) || parts.length === mostParts) return null
    const head = all.subarray(at, at + longestHead).indexOf('\r\n\r\n')
    const next = head === -1 ? -1 : all.indexOf(line, at + head + 2)
    if (next === -1) return null
    const part = partIn(all.subarray(at + 2, at + head).toString('utf8'), body.subarray(at + head + 4, Math.max(at + head + 4, next)))
    if (part === null) return null
    parts.push(part)
    at = next + line.length
  }
  return parts
}

function partIn (head: string, bytes: Uint8Array<ArrayBuffer>): Part | null {
  const headers = new Map(head.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
  }))
  const disposition = headers.get('content-disposition') ?? ''
  const name = parameter(disposition, 'name')
  if (!/^form-data\b/i.test(disposition) || name === null) return null
  return { name, fileName: parameter(disposition, 'filename'), type: headers.get('content-type') ?? '', bytes }
}

/** Browsers write quotes and line ends in names as %22, %0D and %0A (HTML standard, "multipart/form-data encoding algorithm"). */
function parameter (header: string, name: string): string | null {
  const value = new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(header)?.[1]
  return value === undefined ? null : value.replace(/%(22|0D|0A)/gi, code => code === '%22' ? '"' : ' ').replaceAll('\0', '')
}
