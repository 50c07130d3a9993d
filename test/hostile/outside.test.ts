// The agency, Telegram and the clock on their worst day, against the whole program: residents get their codes, and everything arrives once.
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterEach, expect, test } from 'vitest'
import { days, hours } from '../../src/clock.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { onTelegram, onWebChat } from '../people.ts'
import { codePattern, sends, tells } from '../process/report.ts'
import { startSampleAgency } from '../stubs/agency.ts'
import { agencySecret, aWorld, until, type World } from '../world.ts'

let world: World
afterEach(async () => { await world.stop() })
const menu = /Bạn cần gì/

test('an agency that is away for hours, then breaks, then talks rubbish, gets the tip once, and the resident notices nothing', async () => {
  let ahead = 0
  const clock = (): Date => new Date(Date.now() + ahead)
  const duty = await generateX25519Identity()
  const agency = await startSampleAgency({ secret: agencySecret, identities: [duty], answerTo: 'http://127.0.0.1:9', clock })
  world = await aWorld({ clock, environment: { AGENCY_URL: agency.url, TIP_RECIPIENTS: await identityToRecipient(duty) } })
  await agency.goesDown()
  const lan = onTelegram(world, 7301)
  await tells(lan, 'Kho giấu ma túy trong vựa lúa đầu kinh')
  const code = await sends(lan)
  const handoff = async (): Promise<Handoff> => await world.app.orm.em.fork().findOneOrFail(Handoff, { type: 'tip.received' })
  /** Lets time pass until the next try was made and its outcome written. */
  const tried = async (times: number): Promise<void> => {
    ahead += Math.max(0, ((await handoff()).dueAt?.getTime() ?? 0) - clock().getTime()) + 1000
    await until(async () => { const { attempts, leasedUntil } = await handoff(); return attempts >= times && leasedUntil == null }, 15_000)
  }
  for (const times of [1, 2, 3, 4]) await tried(times)
  expect(ahead).toBeGreaterThan(hours(0.5))
  expect(await handoff()).toMatchObject({ state: 'waiting', lastProblem: 'refused' })

  await agency.comesBack()
  agency.faults.push({ status: 500 }, 'lost', 'rubbish')
  for (const times of [5, 6, 7]) await tried(times)
  expect(await handoff()).toMatchObject({ state: 'acknowledged' })
  expect(agency.requests).toHaveLength(3)
  expect(new Set(agency.requests.map(({ id }) => id)).size).toBe(1)
  expect(JSON.stringify([...agency.tips.values()].map(({ story }) => story))).toContain('vựa lúa đầu kinh')
  await lan.writes(`mã ${code}`)
  await lan.hears(/nhận/i)
  await agency.goesDown()
}, 90_000)

test('a clock that jumps a day forward and back again leaves nobody unanswered', async () => {
  let ahead = 0
  world = await aWorld({ clock: () => new Date(Date.now() + ahead) })
  const [lan, minh] = [onTelegram(world, 7302), onWebChat(world)]
  for (const jump of [0, days(2), -days(3), hours(5), 0]) {
    ahead = jump
    await lan.writes('menu')
    await lan.hears(menu, 15_000)
    await minh.writes('menu')
    await minh.hears(menu, 15_000)
  }
  await tells(lan, 'Kho giấu ma túy trong vựa lúa đầu kinh')
  ahead = -hours(10)
  expect(await sends(lan)).toMatch(codePattern)
}, 60_000)

test('Telegram that is too busy, forbids, and serves somebody else first: each resident is answered when it lets us', async () => {
  world = await aWorld()
  const [lan, hien] = [onTelegram(world, 7303), onTelegram(world, 7304)]
  world.telegram.fails({ kind: 'error', code: 409, description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running' }, { method: 'getUpdates' })
  world.telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } }, { method: 'sendMessage' })
  await lan.writes('menu')
  await hien.writes('menu')
  await lan.hears(menu, 25_000)
  await hien.hears(menu, 25_000)
  expect(lan.heard().filter(text => menu.test(text))).toHaveLength(1)
  // She blocks us while we speak: the others hear us all the same.
  hien.person.blocks()
  await lan.writes('113')
  await lan.hears(/113/)
}, 60_000)
