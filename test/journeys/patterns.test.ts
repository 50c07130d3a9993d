// Repeats are noticed and told to the officer as counts; every tip is received and handed on all the same, and nobody is unmasked.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, hours } from '../../src/clock.ts'
import { says } from '../../src/locales.ts'
import { onTelegram, type Resident } from '../people.ts'
import { codePattern } from '../process/report.ts'
import type { KnownTip } from '../stubs/agency.ts'
import { sealedReport } from '../tips/sealed-report.ts'
import { aWorld, until, type World } from '../world.ts'

const say = says.vi
let world: World
let ahead = 0
beforeAll(async () => { world = await aWorld({ clock: () => new Date(Date.UTC(2026, 10, 24, 3) + ahead) }) })
afterAll(async () => { await world.stop() })

const firstLine = (text: string): RegExp => new RegExp(RegExp.escape(text.split('\n')[0] ?? '').replaceAll(/\\\{\\\{.*?\\\}\\\}/g, '.*'))
const known = (): KnownTip[] => [...world.agency.tips.values()]

/** A whole report; what the agency knows of it then. */
async function reports (who: Resident, story: string): Promise<KnownTip> {
  const asked = async (text: string): Promise<string> => await who.hears(firstLine(text))
  const before = known().length
  await who.writes('báo tin')
  await asked(say('chat.report.danger'))
  await who.presses(say('chat.report.dangerNo'))
  await asked(say('chat.report.kind'))
  await who.writes(story)
  await asked(say('chat.report.suggested'))
  await who.presses(say('categories.drugs.short'))
  for (const question of ['unconscious', 'minors', 'marks'] as const) {
    await asked(say(`categories.drugs.questions.${question}`))
    await who.writes('bỏ qua')
  }
  await asked(say('chat.report.where'))
  await who.writes('phuong long xuyen')
  await asked(say('chat.report.whereDetail'))
  await who.writes('bỏ qua')
  await asked(say('chat.report.when'))
  await who.presses(say('chat.report.whenToday'))
  await asked(say('chat.report.proof'))
  await who.writes('xong')
  await asked(say('chat.report.identityTelegram'))
  await who.presses(say('chat.report.identityOk'))
  await asked(say('chat.report.review'))
  await who.presses(say('chat.report.send'))
  await who.hears(codePattern)
  await until(() => known().length > before)
  return known().at(-1) as KnownTip
}

test('one who tells of the same plate again and again is received each time; the third tip says so, and says nothing more', async () => {
  const hien = onTelegram(world, 734_512_998)
  const first = await reports(hien, 'Xe 67A-123.45 chở ma túy tới quán đầu hẻm')
  ahead += days(3)
  const second = await reports(hien, 'Hôm nay chiếc 67a 12345 lại bán ma túy ở bến phà')
  ahead += days(3)
  const third = await reports(hien, 'Vẫn là xe biển 67A12345, nó giao ma túy cho học sinh')
  expect([first, second, third].map(tip => tip.clear.patterns)).toEqual([[], [], [{ rule: 'same-subject', tips: 3, days: 30 }]])
  expect(third.story).toMatchObject({ what: expect.stringContaining('67A12345') as unknown })

  const body = world.agency.requests.map(request => request.body).find(text => text.includes('same-subject')) ?? ''
  for (const secret of ['67A', '67a', '734512998', first.id, second.id]) expect(body).not.toContain(secret)
  expect(await (await fetch(`${world.url}/metrics`)).text()).toContain('tinbao_tip_patterns_total{rule="same-subject"} 1')

  const env = { ...process.env, ...world.environment }
  const cli = async (...args: string[]): Promise<string> => (await promisify(execFile)(process.execPath, ['src/tips.ts', ...args], { env })).stdout
  const lines = (await cli('list')).split('\n')
  expect(lines.find(line => line.startsWith(third.id.slice(0, 8)))).toMatch(/ one sender, 3 tips about the same plate, number or link in 30 days$/)
  expect(lines.filter(line => line.includes('one sender'))).toHaveLength(1)
}, 60_000)

test('who lets their chat be forgotten takes the marks along: the next tip is again a first one', async () => {
  const hien = onTelegram(world, 734_512_998)
  ahead += hours(1)
  await hien.writes('dữ liệu của tôi')
  await hien.hears(firstLine(say('chat.myData.marks', { count: 3 })))
  await hien.presses(say('chat.myData.forget'))
  await hien.hears(firstLine(say('chat.myData.sure')))
  await hien.presses(say('chat.myData.sureYes'))
  await hien.hears(firstLine(say('chat.myData.forgotten')))
  ahead += days(1)
  expect((await reports(hien, 'Xe 67A-123.45 lại bán ma túy, lần này ở chợ')).clear.patterns).toEqual([])
}, 60_000)

test('the same story from three people is told as that, however it was typed', async () => {
  const story = 'Quán cà phê đầu hẻm Cây Me bán ma túy mỗi tối cho học sinh trường bên cạnh'
  const ways = [story, story.normalize('NFD').toUpperCase(), `${story.replaceAll(' ', '  ')}!!!`]
  const tips: KnownTip[] = []
  for (const [n, way] of ways.entries()) tips.push(await reports(onTelegram(world, 501_000_001 + n), way))
  expect(tips.map(tip => tip.clear.patterns)).toEqual([[], [], [{ rule: 'same-story', tips: 3, days: 7 }]])
}, 60_000)

test('of what a browser sealed only the sender’s chat can be marked: five in a week are noted; after three that came to nothing that is noted too, and the next is received like any other', async () => {
  const cookie = `chat=${randomBytes(18).toString('base64url')}`
  async function sends (from: string | null): Promise<KnownTip> {
    const report = await sealedReport([world.keys.duty])
    const answer = await fetch(`${world.url}/chat/tips`, { method: 'POST', body: JSON.stringify(report), headers: { Origin: world.url, 'Content-Type': 'application/json', ...(from === null ? {} : { Cookie: from }) } })
    expect(answer.status).toBe(200)
    await until(() => world.agency.tips.has(report.id))
    return world.agency.tips.get(report.id) as KnownTip
  }
  const tips: KnownTip[] = []
  for (let n = 0; n < 5; n++) tips.push(await sends(cookie))
  expect(tips.map(tip => tip.clear.patterns)).toEqual([[], [], [], [], [{ rule: 'many-from-one', tips: 5, days: 7 }]])
  // Without a cookie there is nobody to tell apart, and nobody is looked for.
  for (let n = 0; n < 6; n++) expect((await sends(null)).clear.patterns).toEqual([])

  // Two of the last three came to nothing: that is no pattern.
  ahead += days(8)
  const closes = async (tip: KnownTip): Promise<void> => {
    for (const status of ['triaged', 'declined_out_of_scope'] as const) expect((await world.agency.says({ type: 'tip.status', data: { id: tip.id, status } }, { at: new Date(Date.UTC(2026, 10, 24, 3) + ahead) })).status).toBe(200)
  }
  for (const tip of tips.slice(3)) await closes(tip)
  expect((await sends(cookie)).clear.patterns).toEqual([])
  const latest = await sends(cookie)
  expect(latest.clear.patterns).toEqual([])
  for (const tip of known().slice(-2)) await closes(tip)
  expect((await sends(cookie)).clear.patterns).toEqual([{ rule: 'closed-before', tips: 3, days: 30 }])
}, 60_000)
