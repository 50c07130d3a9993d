// Aims at the doors of the running program: every webhook, form and JSON address, several requests at once. No 5xx, no error in the log.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { seal } from '../../src/tips/sealing.ts'
import { messagePlace, storyPlace } from '../../src/tips/inside.ts'
import { anyText, asSent, changed, damaged, recorded, value } from './inputs.ts'
import { startProgram, type Program } from './program.ts'
import { zaloOaEvents } from './readers.ts'
import { aim, must, ServerError, type Aim, type Target } from './target.ts'

interface Asked {
  method: string
  path: string
  headers: Record<string, string>
  body: string | Uint8Array | null
  /** Whether it comes from whom it should, where that is asked. */
  believed: boolean
  /** A hop of its own, so that nobody is slowed down for another's floods. */
  from: number
}

/** Requests sent in the same instant. */
const atOnce = 6

let running: Promise<Program> | undefined
/** One program for all of them: it takes longer to start than the short form throws. */
const program = async (): Promise<Program> => await (running ??= startProgram())

export async function closeDoors (): Promise<void> {
  const started = await running
  running = undefined
  await started?.stop()
}

export const doors: Target[] = [
  { name: 'webhooks', share: 14_000, open: async () => {
    const { url } = await program()
    // A door that is not there would refuse everything well.
    for (const path of ['/webhooks/telegram', '/webhooks/zalo-bot', '/webhooks/zalo-oa']) must((await fetch(url + path, { method: 'POST' })).status !== 404, `${path} is not there.`)
    return throwAt(await program(), webhooks)
  } },
  { name: 'web chat, forms', share: 3000, open: async () => throwAt(await program(), forms) },
  { name: 'web chat, JSON', share: 8000, open: async () => throwAt(await program(), jsonDoors(await uploads(await program()))) },
  { name: 'agency events', share: 6000, open: async () => throwAt(await program(), agency) },
]

function throwAt (program: Program, asked: fc.Arbitrary<Asked>): Aim {
  return aim(fc.array(asked, { minLength: 1, maxLength: atOnce, size: 'max' }), async requests => {
    // A believed webhook of the same second could be repeated; and nobody is to be slowed down.
    program.pass(10_000)
    const took = await Promise.all(requests.map(async one => await ask(program, one)))
    const [broken] = program.broken()
    must(broken === undefined, `Logged as an error: ${broken ?? ''}`)
    return { inputs: requests.length, slowest: Math.max(...took) }
  })
}

/** Milliseconds it took. */
async function ask (program: Program, { method, path, headers, body, believed, from }: Asked): Promise<number> {
  const began = performance.now()
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const response = await fetch(`${program.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { 'X-Forwarded-For': `10.${from >> 16 & 255}.${from >> 8 & 255}.${from & 255}`, ...headers, ...(believed && bytes !== null ? program.signed(path, bytes) : {}) },
    ...(bytes === null || method === 'GET' ? {} : { body: new Uint8Array(bytes) }),
    signal: AbortSignal.timeout(10_000),
  })
  // Streams of lines never end by themselves.
  if (path.startsWith('/chat/events')) await response.body?.cancel()
  else await response.arrayBuffer()
  if (response.status >= 500) throw new ServerError(`${method} ${path}: ${response.status}`)
  must(response.headers.get('content-security-policy') !== null, 'An answer without its headers.')
  return performance.now() - began
}

const from = fc.nat(0xffffff)
const believed = fc.integer({ min: 0, max: 9 }).map(n => n > 0)
const json = { 'Content-Type': 'application/json' }

const webhooks: fc.Arbitrary<Asked> = fc.oneof(
  ...([['/webhooks/telegram', recorded('telegram')], ['/webhooks/zalo-bot', recorded('zalo-bot')], ['/webhooks/zalo-oa', zaloOaEvents]] as const).map(([path, bodies]) =>
    fc.record({ method: fc.constant('POST'), path: fc.constant(path), headers: fc.constant(json), body: asSent(anew(changed(bodies))), believed, from })),
)

const events: unknown[] = [
  { type: 'tip.status', timestamp: '2026-11-24T10:00:00+07:00', data: { id: 'a', status: 'triaged', reason: '125/QĐ' } },
  { type: 'tip.message', timestamp: '2026-11-24T10:00:00+07:00', data: { id: 'a', text: 'Cảm ơn bạn.' } },
  { type: 'tip.request-information', timestamp: '2026-11-24T10:00:00+07:00', data: { id: 'a', text: 'Biển số xe?' } },
]
const agency: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ method: fc.constant('POST'), path: fc.constant('/agency/events'), headers: fc.constant(json), body: asSent(changed(events)), believed, from }) },
  { weight: 1, arbitrary: fc.record({ method: fc.constant('GET'), path: fc.tuple(anyText, fc.constantFrom('copy', 'original', 'x'), anyText, anyText).map(([id, which, until, token]) => `/agency/attachments/${part(id)}/${which}?until=${part(until)}&token=${part(token)}`), headers: fc.constant({}), body: fc.constant(null), believed, from }) },
)

/** A cookie of ours, of somebody else's making, or none; our own page, or one that does not say. */
const visitor = fc.record({ cookie: fc.constantFrom('chat=abcdefghijklmnopqrstuvwx', 'chat=ABCDEFGHIJKLMNOPQRSTUVWX; lang=km', 'chat=; lang=xx', 'chat=../../server.key', ''), site: fc.constantFrom('same-origin', 'same-origin', 'same-origin', 'cross-site'), language: fc.constantFrom('vi', 'km', 'en;q=0.5, *', ';;;', 'x'.repeat(500)) })
  .map(({ cookie, site, language }): Record<string, string> => ({ ...(cookie === '' ? {} : { Cookie: cookie }), 'Sec-Fetch-Site': site, 'Accept-Language': language }))

const fields = fc.array(fc.tuple(fc.constantFrom('text', 'press', 'once', 'files', '__proto__', 'x'), anyText), { maxLength: 4 })
const presses = fc.constantFrom('go:report-tip', 'go:follow-up', 'go:subscribe', 'go:my-data', 'lang:km', 'lang:vi', 'help', 'resume', 'drop', 'go:constructor', 'new:__proto__', 'a:1:kind:drugs', 'a:1:emergency:no')
const form: fc.Arbitrary<{ body: string | Uint8Array, type: string }> = fc.oneof(
  { weight: 2, arbitrary: fields.map(all => ({ body: new URLSearchParams(all.map(([name, text]): [string, string] => [name, text.toWellFormed()])).toString(), type: 'application/x-www-form-urlencoded' })) },
  { weight: 2, arbitrary: presses.map(press => ({ body: new URLSearchParams({ press }).toString(), type: 'application/x-www-form-urlencoded' })) },
  { weight: 2, arbitrary: damaged([multipart([['text', 'đây'], ['once', 'abcdefghijklmnopqrst']]), multipart([['files', 'MZ chương trình', 'a.jpg'], ['text', 'ảnh']]), multipart([['press', 'help']])]).map(body => ({ body, type: 'multipart/form-data; boundary=xyz' })) },
  { weight: 1, arbitrary: fc.tuple(anyText, fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=""', 'multipart/form-data; boundary=xyz', 'application/x-www-form-urlencoded; charset=utf-16', '')).map(([body, type]) => ({ body, type })) },
)
const forms: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(form, visitor, from).map(([{ body, type }, headers, from]) => ({ method: 'POST', path: '/chat', headers: { ...headers, ...(type === '' ? {} : { 'Content-Type': type }) }, body, believed: false, from })) },
  { weight: 1, arbitrary: fc.tuple(anyText, visitor, from).map(([text, headers, from]) => ({ method: 'GET', path: `/?lang=${part(text)}`, headers: { ...headers, Accept: 'text/html' }, body: null, believed: false, from })) },
  { weight: 1, arbitrary: fc.tuple(anyText, visitor, from).map(([text, headers, from]) => ({ method: 'GET', path: `/chat/events?after=${part(text)}`, headers, body: null, believed: false, from })) },
  { weight: 1, arbitrary: fc.tuple(anyText, visitor, from, fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND')).map(([text, headers, from, method]) => ({ method, path: `/${part(text)}`, headers, body: method === 'GET' ? null : '', believed: false, from })) },
)

interface Uploads { tip: unknown, addition: unknown, holder: unknown, subscription: unknown }

async function uploads ({ recipients }: Program): Promise<Uploads> {
  const [id, publicId] = [randomUUID(), randomUUID()]
  const holder = { locator: 'ABCDEFG', access: 'x'.repeat(43) }
  return {
    holder,
    tip: {
      id, locator: 'ABCDEFG', accessHash: 'y'.repeat(43), reporterRecipient: recipients[0], category: 'drugs', commune: '30307', aboutPolice: false, files: [], language: 'vi',
      sealed: await seal(JSON.stringify({ what: 'x' }), recipients, storyPlace(id)),
    },
    addition: { ...holder, publicId, files: [], language: 'vi', sealed: await seal('{}', recipients, messagePlace(id, publicId, 'units')) },
    subscription: { topics: ['scams'], places: [{ code: '30307', name: 'x' }], quietFrom: 21, quietTo: 6, language: 'vi' },
  }
}

function jsonDoors ({ tip, addition, holder, subscription }: Uploads): fc.Arbitrary<Asked> {
  const posts = ([['POST', '/chat/tips', tip], ['POST', '/chat/follow-up', holder], ['POST', '/chat/follow-up/add', addition], ['PUT', '/chat/subscription', subscription], ['DELETE', '/chat/subscription', {}], ['POST', '/chat/forget', {}], ['POST', '/chat/exit', {}]] as const)
    .map(([method, path, body]) => fc.tuple(asSent(changed([body])), visitor, from).map(([body, headers, from]): Asked => ({ method, path, headers: { ...headers, ...json }, body, believed: false, from })))
  const gets = fc.tuple(fc.constantFrom('/chat/keys', '/chat/held', '/chat/subscription', '/healthz', '/readyz', '/metrics'), visitor, from).map(([path, headers, from]): Asked => ({ method: 'GET', path: path === '/readyz' ? '/healthz' : path, headers, body: null, believed: false, from }))
  const files = fc.tuple(fc.oneof(fc.constant('11111111-1111-4111-8111-111111111111'), anyText.map(part)), fc.constantFrom('copy', 'original', 'x'), fc.oneof(damaged([new TextEncoder().encode('age-encryption.org/v1\n-> X25519 abc\nabc\n--- abc\n')]), value.map(one => new TextEncoder().encode(JSON.stringify(one)))), visitor, from)
    .map(([id, which, body, headers, from]): Asked => ({ method: 'PUT', path: `/chat/files/${id}/${which}`, headers: { ...headers, 'Content-Type': 'application/octet-stream' }, body, believed: false, from }))
  return fc.oneof(...posts, gets, files)
}

/** New ids, so that most are no repeats. */
function anew (body: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(body, fc.integer({ min: 1, max: 2 ** 31 })).map(([one, id]) => {
    if (typeof one !== 'object' || one === null) return one
    if ('update_id' in one && typeof one.update_id === 'number') one.update_id = id
    return one
  })
}

function part (text: string): string {
  return encodeURIComponent(text.slice(0, 300).toWellFormed())
}

function multipart (fields: [name: string, value: string, file?: string][]): Uint8Array {
  return new TextEncoder().encode(fields.map(([name, value, file]) => `--xyz\r\nContent-Disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"\r\nContent-Type: image/jpeg`}\r\n\r\n${value}\r\n`).join('') + '--xyz--\r\n')
}
