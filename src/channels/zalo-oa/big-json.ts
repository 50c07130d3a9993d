// Reads JSON in which ids may be numbers that JavaScript can't hold: such numbers become texts. Pure.

/** A string in quotes, passed over whole, or a whole number of 16 digits and more. */
const stringOrLongNumber = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\b\d{16,}\b(?![.eE])/g

/** @throws SyntaxError */
export function parseBigJson (json: string): unknown {
  return JSON.parse(json.replace(stringOrLongNumber, piece => piece.startsWith('"') ? piece : `"${piece}"`)) as unknown
}
