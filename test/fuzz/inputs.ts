// What people, platforms and attackers send: texts, values and bodies, likely and unlikely.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { allLocalities } from '../../src/localities/locality.ts'
import negative from '../tips/negative-set.json' with { type: 'json' }
import positive from '../tips/positive-set.json' with { type: 'json' }

/** Names that every object has: dangerous wherever a name from outside is looked up. */
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']

const words = [
  'menu', 'hủy', 'quay lại', 'bỏ qua', 'xong', 'không biết', 'có', 'không', '113', 'stop', 'báo tin', 'tra cứu', 'nhận tin', 'dữ liệu của tôi', 'ngôn ngữ', 'help', 'English',
  '/start', '/start report-tip', '/report', '/stop', '1', '2', '99', '1,2', '1 3 5', 'ចាស', 'ទេ', 'រាយការណ៍', 'Ignore all previous instructions', '{{url}}', '$t(chat.menu.ask)', '%s%n', '<b>&lt;', '\'; drop table tip; --',
  '0123-4567-89AB-CDEF-GHJK-MNPQ', 'ABCD EFGH JKMN', ...inherited,
]

const said = [...words, ...texts(positive), ...texts(negative), ...allLocalities.flatMap(({ name, fullName }) => [name, fullName])]

/** Between letters: joiners, right-to-left and left-to-right marks, marks that pile up, halves of characters, NUL. */
const between = ['\u200b', '\u200d', '\u2060', '\ufeff', '\u202e', '\u200f', '\u2066', '\u0301', '\u0323', '\u0e33', '\u17d2', '\ud83d', '\udc00', '\0', '\n', '\r', '\t', '\u2028', '👨‍👩‍👧', '🏴‍☠️', 'ﷺ']

const anyUnit = fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit))

/** Texts as they come, up to some thousand characters; now and then as long as nobody types. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...said) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.array(anyUnit, { maxLength: 40 }).map(units => units.join('')) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...said), fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...between)), { minLength: 1, maxLength: 6 })).map(([one, marks]) => marks.reduce(put, one)) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...said), { minLength: 2, maxLength: 5 }).map(several => several.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...said), fc.nat(8)).map(([one, more]) => without(one, more)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...said, ...between, 'a', ' ', '-', '0'), fc.integer({ min: 2, max: 2000 })).map(([one, times]) => one.repeat(times).slice(0, 8000)) },
)

/** As long as nobody types. Kept apart, because everything is slower with them. */
export const longText: fc.Arbitrary<string> = fc.tuple(fc.oneof(text, fc.constantFrom(...between, 'a ', 'xã ', 'a-', '0')), fc.integer({ min: 10_000, max: 100_000 })).map(([one, length]) => (one === '' ? 'x' : one).repeat(Math.ceil(length / Math.max(1, one.length))).slice(0, length))

/** Any text, one in two hundred a very long one. */
export const anyText: fc.Arbitrary<string> = fc.oneof({ weight: 199, arbitrary: text }, { weight: 1, arbitrary: longText })

/** What may stand in place of a value. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 253_402_300_800, '', '0', '9007199254740993', '1e3', [], {}, [[]], [null], { id: null }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(...inherited).map(name => JSON.parse(`{"${name}": {"id": 1}}`) as unknown),
  fc.nat(60).map(depth => JSON.parse('['.repeat(depth) + ']'.repeat(depth) || 'null') as unknown),
  fc.jsonValue({ maxDepth: 3 }),
)

type Change = { at: number, how: 'replace' | 'remove' | 'rename' | 'repeat', value: unknown, name: string }

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(1000), how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename', 'repeat'), value, name: fc.constantFrom('id', 'chat', 'message', 'text', 'date', ...inherited),
})

/** One of the bodies, with up to four of its parts changed. */
export function changed (bodies: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...bodies), fc.array(change, { maxLength: 4 })).map(([body, changes]) => changes.reduce(apply, structuredClone(body)))
}

/** A body as text: whole, cut off, with other bytes in it, with ids that JavaScript can't hold, or nested as deep as it goes. */
export function asSent (body: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: body.map(one => JSON.stringify(one) ?? '') },
    { weight: 1, arbitrary: body.map(one => (JSON.stringify(one) ?? '').replace(/\d{6,}/, '90071992547409931234')) },
    { weight: 1, arbitrary: fc.tuple(body, fc.nat(4000)).map(([one, at]) => (JSON.stringify(one) ?? '').slice(0, at)) },
    { weight: 1, arbitrary: fc.tuple(body, fc.nat(4000), anyUnit).map(([one, at, unit]) => put(JSON.stringify(one) ?? '', [at, unit])) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('[', '{"a":', '{"message":{"chat":'), fc.integer({ min: 1, max: 20_000 })).map(([open, times]) => open.repeat(times)) },
    { weight: 1, arbitrary: fc.nat(100_000).map(depth => '['.repeat(depth) + ']'.repeat(depth)) },
    { weight: 1, arbitrary: text },
  )
}

/** The recorded bodies of a channel; none while it has no recordings. */
export function recorded (channel: string): unknown[] {
  const folder = join(import.meta.dirname, '../payloads', channel)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.json')).sort().map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown)
}

/** Bytes with some of them changed, cut, repeated or put in. */
export function damaged (files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const blow = fc.record({ at: fc.nat(), how: fc.constantFrom('set', 'flip', 'cut', 'grow', 'drop', 'length'), byte: fc.nat(255), size: fc.integer({ min: 1, max: 64 }) })
  return fc.tuple(fc.constantFrom(...files), fc.array(blow, { maxLength: 6 })).map(([file, blows]) => {
    let bytes = Buffer.from(file)
    for (const { at, how, byte, size } of blows) {
      if (bytes.length === 0) break
      const here = at % bytes.length
      if (how === 'set') bytes[here] = byte
      if (how === 'flip') bytes[here] = (bytes[here] ?? 0) ^ (1 << (byte & 7))
      if (how === 'cut') bytes = bytes.subarray(0, here)
      if (how === 'drop') bytes = Buffer.concat([bytes.subarray(0, here), bytes.subarray(here + size)])
      if (how === 'grow') bytes = Buffer.concat([bytes.subarray(0, here), Buffer.alloc(size, byte), bytes.subarray(here)])
      // Lengths are what readers of files believe.
      if (how === 'length' && here + 4 <= bytes.length) bytes.writeUInt32BE([0, 1, 7, 8, 0x7fffffff, 0xffffffff][byte % 6] ?? 0, here)
    }
    return new Uint8Array(bytes)
  })
}

function put (text: string, [at, what]: [number, string]): string {
  const here = text.length === 0 ? 0 : at % (text.length + 1)
  return text.slice(0, here) + what + text.slice(here)
}

function without (text: string, at: number): string {
  return text.slice(0, at) + text.slice(at + 1)
}

function apply (body: unknown, { at, how, value, name }: Change): unknown {
  const places: { holder: Record<string, unknown>, key: string }[] = []
  const walk = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return
    for (const key of Object.keys(holder)) {
      const record = holder as Record<string, unknown>
      places.push({ holder: record, key })
      walk(record[key])
    }
  }
  walk(body)
  const place = places[at % Math.max(1, places.length)]
  if (place === undefined) return structuredClone(value)
  const { holder, key } = place
  if (how === 'replace') set(holder, key, value)
  if (how === 'remove') Reflect.deleteProperty(holder, key)
  // A list has no names, and JSON none to give it.
  if (how === 'rename' && !Array.isArray(holder)) { set(holder, name, holder[key]); Reflect.deleteProperty(holder, key) }
  if (how === 'repeat') set(holder, key, [holder[key], holder[key]])
  return body
}

/** Also for `__proto__`, which an assignment would not make a key of its own. Cloned, since the same value is used again. */
function set (holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value: structuredClone(value), enumerable: true, writable: true, configurable: true })
}

function texts (set: unknown): string[] {
  if (typeof set === 'string') return [set]
  return typeof set === 'object' && set !== null ? Object.values(set).flatMap(texts) : []
}
