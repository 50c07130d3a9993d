// A power cut, as near as a test comes to it: SIGKILL in the middle of the work, and a start on what is left on the disk.
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { says } from '../../src/locales.ts'
import { onTelegram, onWebChat, type Resident } from '../people.ts'
import { startSampleAgency, type SampleAgency } from '../stubs/agency.ts'
import { startTelegramStub, type TelegramStub } from '../stubs/telegram.ts'
import { agencySecret, freePort, until, type World } from '../world.ts'
import { aFolder, byNode, endAll, removeFolders, type Program } from './program.ts'
import { sends, tells } from './report.ts'

const menu = /Bạn cần gì/
const danger = /nguy hiểm ngay lúc này không/

let telegram: TelegramStub
let agency: SampleAgency
let url: string
let settings: Record<string, string>

beforeEach(async () => {
  telegram = await startTelegramStub({ retryUnit: 20 })
  const duty = await generateX25519Identity()
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  agency = await startSampleAgency({ secret: agencySecret, identities: [duty], answerTo: url })
  settings = {
    PORT: String(port), DATA_DIR: join(await aFolder(), 'data'), TIP_RECIPIENTS: await identityToRecipient(duty),
    TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot, TELEGRAM_RATE: '1000',
    AGENCY_URL: agency.url, AGENCY_SECRET: agencySecret,
  }
})
afterEach(async () => {
  await endAll()
  await telegram.stop()
  await agency.goesDown().catch(() => {})
})
afterAll(removeFolders)

async function starts (): Promise<Program> {
  const program = byNode(settings)
  await program.runs()
  return program
}

async function killed (program: Program): Promise<void> {
  program.process.kill('SIGKILL')
  expect(await program.ended).toBe('SIGKILL')
}

/** Residents need of the world only where it is. */
const world = (): World => ({ url, telegram } as Pick<World, 'url' | 'telegram'> as World)
const ways: [string, () => Resident][] = [
  ['Telegram', () => onTelegram(world(), 7001)],
  ['the web chat', () => onWebChat(world())],
]

describe.each(ways)('on %s', (_, person) => {
  test('a tip whose code was seen just before the power went is there afterwards, and reaches the agency exactly once', async () => {
    // The agency's answer is cut off too: the hardest case, since it has the tip and we don't know.
    agency.faults.push('lost')
    const first = await starts()
    const lan = person()
    await tells(lan, 'Kho giấu ma túy trong vựa lúa đầu kinh')
    const code = await sends(lan)
    await killed(first)

    const second = await starts()
    await until(() => agency.tips.size > 0, 25_000)
    await lan.writes(`mã ${code}`)
    await lan.hears(new RegExp(says.vi('chat.followUp.status.received').slice(0, 12)), 25_000)
    // Told again until acknowledged, each time under the same id; counted once by that id.
    await until(() => agency.faults.length === 0 && agency.requests.length > 0, 25_000)
    expect(new Set(agency.requests.map(({ id }) => id)).size).toBe(1)
    expect(agency.requests.every(({ signed }) => signed)).toBe(true)
    expect(agency.tips.size).toBe(1)
    expect(JSON.stringify([...agency.tips.values()][0]?.story)).toContain('vựa lúa đầu kinh')
    second.process.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  }, 60_000)
})

test('what Telegram brought just before the power went is answered afterwards, once, whether or not we had told it that it was taken', async () => {
  const first = await starts()
  const [lan, hien] = [onTelegram(world(), 7002), onTelegram(world(), 7003)]
  for (const person of [lan, hien]) {
    await person.writes('xin chào')
    await person.hears(/tiếng nào/)
    await person.hears(menu)
  }
  // Nothing gets out any more; what comes in is taken.
  telegram.fails({ kind: 'error', code: 500, description: 'Internal Server Error' }, { method: 'sendMessage', times: 1000 })
  await lan.writes('báo tin')
  await until(() => telegram.waiting() === 0)
  // Written in the very moment of the power cut.
  await hien.writes('báo tin')
  await killed(first)
  telegram.recovers()
  for (const person of [lan, hien]) expect(person.heard().join()).not.toMatch(danger)

  const second = await starts()
  for (const person of [lan, hien]) {
    await person.hears(danger, 25_000)
    await person.presses(says.vi('chat.report.dangerNo'))
    await person.hears(/Chuyện gì vậy/)
    expect(person.heard().filter(text => danger.test(text))).toHaveLength(1)
  }
  await killed(second)
}, 60_000)

test('an answer that was on its way when the power went, and again when it went the second time, comes soon after the third start', async () => {
  telegram.fails({ kind: 'slow', ms: 60_000 }, { method: 'sendMessage', times: 2 })
  const lan = onTelegram(world(), 7004)
  await lan.writes('xin chào')
  for (const times of [1, 2]) {
    const program = await starts()
    await until(() => telegram.askedOf('sendMessage').length === times, 25_000)
    await killed(program)
  }
  const third = await starts()
  await lan.hears(menu, 25_000)
  await killed(third)
}, 90_000)

test('what a page was told is sent, just before the power went, stands answered in the chat afterwards', async () => {
  const first = await starts()
  const visitor = onWebChat(world())
  await visitor.writes('menu')
  await visitor.hears(menu)
  // The form's answer has come: it is accepted. The reply may or may not be written.
  const answered = fetch(`${url}/chat`, { method: 'POST', body: new URLSearchParams({ text: 'báo tin' }), redirect: 'manual', headers: { Cookie: visitor.cookie(), Origin: url } })
  expect((await answered).status).toBe(303)
  await killed(first)
  const second = await starts()
  await visitor.hears(danger, 20_000)
  await visitor.presses(says.vi('chat.report.dangerNo'))
  await visitor.hears(/Chuyện gì vậy/)
  expect(visitor.heard().filter(text => danger.test(text))).toHaveLength(1)
  await killed(second)
}, 60_000)
