// Values of a body from outside, believed only when they have the type they should have. Pure.

export type Body = Record<string, unknown>

/** Characters that a text may have; the platform's own limit is 4096. */
const longest = 16_384

/** An object that is no array, else undefined. */
export function record (value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Body : undefined
}

/** An array, else an empty one. */
export function list (value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** A finite number, else undefined. */
export function number (value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A whole number from 0 up that JavaScript holds exactly, else undefined. */
export function wholeNumber (value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** A text without NUL, with whole characters, composed (NFC: Vietnamese letters are typed in two ways); undefined when it is none or absurdly long. */
export function text (value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > longest) return undefined
  return value.replaceAll('\0', '').toWellFormed().normalize('NFC')
}
