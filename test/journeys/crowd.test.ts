// Crowds, on the whole program: whoever is in a conversation goes on with it, newcomers wait a little, and nothing that was written is lost.
import { randomBytes, randomUUID } from 'node:crypto'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { solveChallenge, type Challenge } from 'altcha-lib'
import type { Browser } from 'playwright-core'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { minutes, seconds } from '../../src/clock.ts'
import { says } from '../../src/locales.ts'
import { openBrowser, phone, visitor } from '../browser.ts'
import { onTelegram, onWebChat } from '../people.ts'
import { sealedReport } from '../tips/sealed-report.ts'
import { aWorld, until, type World } from '../world.ts'

const say = says.vi
let world: World
let ahead = 0
/** Stands still unless it is moved: crowds come and go by the clock. */
const clock = (): Date => new Date(Date.UTC(2026, 10, 24, 3) + ahead)
afterEach(async () => { await world.stop() })

const ready = async (): Promise<{ problems: string[] }> => await (await fetch(`${world.url}/readyz`)).json() as { problems: string[] }
const metric = async (line: string): Promise<number> => Number(new RegExp(`^${line.replace(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(await (await fetch(`${world.url}/metrics`)).text())?.[1] ?? 0)
/** The first line of a text, as somebody hears it. */
const firstLine = (text: string): RegExp => new RegExp(RegExp.escape(text.split('\n')[0] ?? ''))
const timesLogged = (words: string): number => world.logged().split(words).length - 1

test('when many newcomers come to the bot at once, whoever was telling a story tells it on; the others are answered a little later, and the person on duty sees why', async () => {
  world = await aWorld({ updates: 'webhook', clock })
  const lan = onTelegram(world, 501_000_001)
  await lan.writes('báo tin')
  await lan.presses(say('chat.report.dangerNo'))
  await lan.hears(/./)
  ahead += minutes(2)

  const crowd = Array.from({ length: 860 }, (_, n) => onTelegram(world, 502_000_000 + n))
  for (const newcomer of crowd) void newcomer.writes('menu')
  const putOff = async (): Promise<number> => await metric('tinbao_updates_total{channel="telegram",outcome="put-off"}')
  await until(async () => await putOff() >= 60, 30_000)
  await lan.writes('Quán cà phê đầu hẻm có người bán ma túy mỗi tối')
  await lan.hears(firstLine(say('chat.report.suggested')))
  const answered = crowd.filter(newcomer => newcomer.heard().length > 0).length
  expect(answered).toBeLessThanOrEqual(750)
  expect((await ready()).problems.join()).toMatch(/Many newcomers at once: since 2026-11-24T03:02:00.000Z they were put off until later \d+ times/)

  ahead += seconds(5)
  await until(() => crowd.every(newcomer => newcomer.heard().length > 0), 40_000)
  ahead += minutes(1.1)
  // It asks the database once a second at most.
  await until(async () => !(await ready()).problems.join().includes('newcomers'))
  expect(timesLogged('many newcomers at once')).toBe(1)
  // Being put off is no failure: it is counted, and not told one by one.
  expect(timesLogged('can not be kept')).toBe(0)
  expect(world.logged()).not.toMatch(/50[12]0000\d\d/)
}, 120_000)

test('after a restart in the middle of a crowd, half-told stories still go first', async () => {
  world = await aWorld({ updates: 'webhook', clock })
  const lan = onTelegram(world, 501_000_001)
  await lan.writes('báo tin')
  await lan.hears(firstLine(say('chat.report.danger')))
  await world.restart()
  const crowd = Array.from({ length: 800 }, (_, n) => onTelegram(world, 502_000_000 + n))
  for (const newcomer of crowd) void newcomer.writes('menu')
  await until(async () => await metric('tinbao_updates_total{channel="telegram",outcome="put-off"}') > 0, 30_000)
  await lan.presses(say('chat.report.dangerNo'))
  await lan.hears(firstLine(say('chat.report.kind')))
}, 120_000)

describe('at the doors of the web', () => {
  type Asked = Response & { puzzle?: Challenge }
  const someone = (): Record<string, string> => ({ Origin: world.url, 'X-Forwarded-For': [198, 51, ...randomBytes(2)].join('.'), Accept: 'application/json' })
  async function send (report: unknown, headers: Record<string, string> = {}): Promise<{ status: number, puzzle: Challenge | undefined }> {
    const answer: Asked = await fetch(`${world.url}/chat/tips`, { method: 'POST', body: JSON.stringify(report), headers: { ...someone(), 'Content-Type': 'application/json', ...headers } })
    const body = await answer.json() as { error?: { puzzle?: Challenge } }
    return { status: answer.status, puzzle: body.error?.puzzle }
  }
  /** So many at once that it can't be people: nonsense for a report, each from somewhere else. */
  async function storm (many = 1100): Promise<void> {
    let left = many
    await Promise.all(Array.from({ length: 20 }, async () => { while (left-- > 0) await send({}) }))
  }
  async function solved (challenge: Challenge | undefined, change: (payload: { challenge: Challenge, solution: { counter: number, derivedKey: string } }) => unknown = payload => payload): Promise<Record<string, string>> {
    if (challenge === undefined) throw new Error('There is no puzzle.')
    const solution = await solveChallenge({ challenge, deriveKey })
    if (solution === null) throw new Error('It can not be solved.')
    return { 'X-Puzzle': Buffer.from(JSON.stringify(change({ challenge, solution }))).toString('base64url') }
  }
  const report = async (): Promise<unknown> => await sealedReport([world.keys.duty])
  const postForm = async (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
    await fetch(`${world.url}/chat`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers: { ...someone(), Accept: 'text/html', ...headers } })

  test('nobody is asked for anything while it is quiet', async () => {
    world = await aWorld({ clock })
    for (let n = 0; n < 30; n++) expect(await send(await report())).toEqual({ status: 200, puzzle: undefined })
    expect(await (await fetch(`${world.url}/chat/puzzle`)).json()).toEqual({ puzzle: null })
    expect((await ready()).problems.join()).not.toContain('crowd')
    expect(await (await fetch(`${world.url}/metrics`)).text()).not.toContain('tinbao_crowded_doors_total{')
  })

  test('a storm is asked for a sum; who solves it is let in, once; a forged, changed, wrong or late one is not; and the storm ends by itself', async () => {
    world = await aWorld({ clock })
    await storm()
    const mine = await report()
    const { status, puzzle } = await send(mine)
    expect(status).toBe(429)
    expect(await send(mine, { 'X-Puzzle': 'nonsense' })).toMatchObject({ status: 429 })
    expect(await send(mine, await solved(puzzle, ({ challenge, solution }) => ({ challenge, solution: { ...solution, counter: solution.counter + 1 } })))).toMatchObject({ status: 429 })
    // A wrong try uses it up.
    const solution = await solved((await send(mine)).puzzle)
    expect((await send(mine, solution)).status).toBe(200)
    expect((await send(await report(), solution)).status).toBe(429)
    await world.restart()
    await storm()
    expect((await send(await report(), solution)).status).toBe(429)

    const easier = await solved((await send(mine)).puzzle, ({ challenge, solution }) => ({ challenge: { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '' } }, solution }))
    expect((await send(mine, easier)).status).toBe(429)
    const longer = await solved((await send(mine)).puzzle, ({ challenge, solution }) => ({ challenge: { ...challenge, parameters: { ...challenge.parameters, data: { until: 9e15 } } }, solution }))
    expect((await send(mine, longer)).status).toBe(429)
    const late = await solved((await send(mine)).puzzle)
    ahead += minutes(11)
    await storm()
    expect((await send(await report(), late)).status).toBe(429)

    expect((await ready()).problems.join()).toContain('Many at once at the doors of the web')
    expect(timesLogged('many at once at the doors')).toBe(3)
    expect(world.logged()).not.toContain('198.51')
    ahead += minutes(1)
    expect((await send(await report())).status).toBe(200)
    await until(async () => !(await ready()).problems.join().includes('doors of the web'))
  }, 120_000)

  test('files, new chats and new subscriptions are asked too; whoever has a chat, or comes back with a code, is not', async () => {
    world = await aWorld({ clock })
    const lan = onWebChat(world)
    await lan.writes('xin chào')
    await storm()
    const status = async (method: string, path: string, headers: Record<string, string> = {}, body: unknown = {}): Promise<number> =>
      (await fetch(`${world.url}${path}`, { method, headers: { ...someone(), 'Content-Type': 'application/json', ...headers }, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }), signal: AbortSignal.timeout(5000) })).status
    const { puzzle } = await (await fetch(`${world.url}/chat/puzzle`)).json() as { puzzle: Challenge }
    expect(await status('PUT', `/chat/files/${randomUUID()}/copy`)).toBe(429)
    // No sealed file, but let in to be told so.
    expect(await status('PUT', `/chat/files/${randomUUID()}/copy`, await solved(puzzle))).toBe(422)
    expect(await status('GET', '/chat/events')).toBe(429)
    expect(await status('POST', '/chat/session')).toBe(429)
    const again = await (await fetch(`${world.url}/chat/puzzle`)).json() as { puzzle: Challenge }
    expect(await status('POST', '/chat/session', await solved(again.puzzle))).toBe(204)
    expect(await status('PUT', '/chat/subscription', {}, { topics: ['scams'], places: [], quietFrom: 21, quietTo: 6 })).toBe(429)
    expect(await status('POST', '/chat/follow-up', {}, { locator: 'ABCDEFG', access: 'x'.repeat(43) })).toBe(200)
    await lan.writes('báo tin')
    await lan.hears(firstLine(say('chat.report.danger')))
    expect(await metric('tinbao_crowded_doors_total{outcome="solved"}')).toBe(2)
  }, 120_000)

  test('without a script a few are let in, the others find what they wrote on a page that says when to come again; it is sent once', async () => {
    world = await aWorld({ clock })
    await storm()
    const page = await (await fetch(world.url)).text()
    const once = /name="once" value="([\w-]+)"/.exec(page)?.[1] ?? ''
    const words = 'Có người bán ma túy ở chợ <Ba Chúc> & "đầu hẻm"'
    let refused: Response | undefined
    let letIn = 0
    for (let n = 0; n < 40 && refused === undefined; n++) {
      const answer = await postForm({ text: words, once })
      if (answer.status === 303) letIn++
      else refused = answer
    }
    // Two a second, so many in a moment.
    expect(letIn).toBe(20)
    expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([429, '60'])
    const told = await refused?.text() ?? ''
    expect(told).toContain(say('site.errors.busy'))
    expect(told).toContain('<textarea id="text" name="text" rows="8" cols="40">Có người bán ma túy ở chợ &lt;Ba Chúc&gt; &amp; &quot;đầu hẻm&quot;</textarea>')
    expect(told).toContain(`name="once" value="${once}"`)
    expect(told).toContain(say('site.errors.emergency'))

    ahead += minutes(1)
    const sent = await postForm({ text: words, once })
    expect(sent.status).toBe(303)
    const cookie = sent.headers.getSetCookie().map(set => set.split(';')[0]).join('; ')
    await postForm({ text: words, once }, { Cookie: cookie })
    const chat = await (await fetch(world.url, { headers: { Cookie: cookie } })).text()
    expect(chat.split('&lt;Ba Chúc&gt;').length - 1).toBe(1)
  }, 120_000)

  test('also in a flood of the bot a form that must wait loses nothing', async () => {
    world = await aWorld({ updates: 'webhook', clock })
    const crowd = Array.from({ length: 800 }, (_, n) => onTelegram(world, 502_000_000 + n))
    for (const newcomer of crowd) void newcomer.writes('menu')
    await until(async () => await metric('tinbao_updates_total{channel="telegram",outcome="put-off"}') > 0, 30_000)
    const answer = await postForm({ text: 'Có trộm xe ở chợ' })
    expect(answer.status).toBe(429)
    const told = await answer.text()
    expect(told).toContain('Có trộm xe ở chợ</textarea>')
    expect(told).toContain(say('site.errors.busy'))
  }, 120_000)

  test('a report from a real browser gets through a storm: it is asked, does the sum, says so, and sends by itself', async () => {
    world = await aWorld()
    const browser: Browser = await openBrowser()
    onTestFinished(async () => { await browser.close() })
    await storm()
    const context = await visitor(browser, phone)
    const page = await context.newPage()
    const press = async (label: string): Promise<void> => { await page.getByRole('button', { name: label, exact: true }).last().click() }
    const heard = async (text: string): Promise<void> => { await page.getByRole('log').getByText(text.split('\n')[0] ?? text).last().waitFor() }
    await page.goto(world.url)
    // Its chat was refused at first, and came by a puzzle.
    await expect.poll(async () => (await context.cookies()).some(({ name }) => name === 'chat'), { timeout: 30_000 }).toBe(true)
    await press(say('chat.menu.report'))
    await press(say('chat.report.dangerNo'))
    await page.getByRole('textbox').fill('Đánh bạc ăn tiền sau chợ, tôi chụp được hình')
    await page.keyboard.press('Enter')
    await heard(say('chat.report.suggested'))
    await page.setInputFiles('input[type=file]', { name: 'hien-truong.txt', mimeType: 'text/plain', buffer: Buffer.from('Bàn thứ ba bên trái, chiều thứ bảy.') })
    await heard(say('chat.files.got', { count: 1, most: 10 }))
    await press(say('categories.gambling.short'))
    for (const question of ['weapon', 'hours', 'organiser'] as const) {
      await heard(say(`categories.gambling.questions.${question}`))
      await press(say('chat.nav.skip'))
    }
    await heard(say('chat.report.where'))
    await press(say('chat.place.dontKnow'))
    await heard(say('chat.report.whereDetail'))
    await press(say('chat.nav.skip'))
    await press(say('chat.report.whenNow'))
    await press(say('chat.nav.done'))
    await press(say('chat.report.anonymous'))
    await page.evaluate(`
      window.shown = []
      new MutationObserver(() => { window.shown.push(document.querySelector('#panel').innerText) }).observe(document.querySelector('#panel'), { subtree: true, childList: true, characterData: true })
    `)
    await press(say('chat.report.send'))
    await heard(say('chat.report.codeKeep'))
    expect(await page.evaluate('window.shown.join()')).toContain(say('site.sending.busy'))
    // The answer will come to this chat.
    await heard(say('chat.report.answerComes'))
    await until(() => [...world.agency.tips.values()].some(tip => JSON.stringify(tip.story).includes('Đánh bạc') && tip.files.length > 0))
    // A chat, two parts of a file, the report.
    expect(await metric('tinbao_crowded_doors_total{outcome="solved"}')).toBeGreaterThanOrEqual(3)
    await context.close()
  }, 120_000)
})
