// Residents in a real browser, on the whole program: in three languages, on a phone and at a desk.
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages, type Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { complaintsOf, desktop, openBrowser, phone, visitor, wrongFor } from '../browser.ts'
import type { KnownTip } from '../stubs/agency.ts'
import { aWorld, until, type World } from '../world.ts'

type SampleFile = KnownTip['files'][number]

const codePattern = /[0-9A-Z]{4}(-[0-9A-Z]{4}){5}/
const stories: Record<Language, string> = {
  vi: 'Quán cà phê đầu hẻm có người bán ma túy mỗi tối',
  en: 'Somebody sells drugs at the coffee shop at the corner every night',
  km: 'មានគេលក់គ្រឿងញៀននៅហាងកាហ្វេរៀងរាល់យប់',
}

let world: World
let browser: Browser
beforeAll(async () => {
  world = await aWorld()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await world.stop()
})

const press = async (page: Page, label: string): Promise<void> => { await page.getByRole('button', { name: label, exact: true }).last().click() }
async function write (page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text)
  await page.keyboard.press('Enter')
}
const heard = async (page: Page, text: string): Promise<void> => { await page.getByRole('log').getByText(text.split('\n')[0] ?? text).last().waitFor() }

/** From the first page to the code. */
async function reports (page: Page, language: Language, look: () => Promise<void>): Promise<string> {
  const say = says[language]
  await page.goto(`${world.url}/?lang=${language}`)
  await press(page, say('chat.menu.report'))
  await heard(page, say('chat.report.danger'))
  await look()
  await press(page, say('chat.report.dangerNo'))
  await heard(page, say('chat.report.kind'))
  await look()
  await write(page, stories[language])
  await heard(page, say('chat.report.suggested'))
  await press(page, say('categories.drugs.short'))
  for (const question of ['unconscious', 'minors', 'marks'] as const) {
    await heard(page, say(`categories.drugs.questions.${question}`))
    await press(page, say('chat.nav.skip'))
  }
  await heard(page, say('chat.report.where'))
  await look()
  await write(page, 'phuong long xuyen')
  await heard(page, say('chat.report.whereDetail'))
  await press(page, say('chat.nav.skip'))
  await heard(page, say('chat.report.when'))
  await press(page, say('chat.report.whenToday'))
  await press(page, say('chat.nav.noFiles'))
  await heard(page, say('chat.report.identity'))
  await press(page, say('chat.report.anonymous'))
  await heard(page, say('chat.report.review'))
  await look()
  await press(page, say('chat.report.send'))
  await heard(page, say('chat.report.codeKeep'))
  await look()
  const code = codePattern.exec((await page.getByRole('log').innerText()).replaceAll(/\s/g, ''))?.[0]
  if (code === undefined) throw new Error('No code is shown.')
  return code
}

describe.each(languages)('in %s', language => {
  const say = says[language]
  test.each([['a phone', phone], ['a desktop', desktop]] as const)('on %s a report ends with a code, the agency has it, its answer appears, and nobody is shut out', async (_, size) => {
    const context = await visitor(browser, size)
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    const sent: string[] = []
    page.on('request', request => { sent.push(request.postData() ?? '') })
    const look = async (): Promise<void> => { expect(await wrongFor(page)).toEqual([]) }

    const before = world.agency.tips.size
    const code = await reports(page, language, look)
    await until(() => world.agency.tips.size > before)
    const tip = [...world.agency.tips.values()].at(-1)
    expect(JSON.stringify(tip?.story)).toContain(stories[language])
    // What left the device was sealed already.
    expect(sent.join('\n')).not.toContain(stories[language].slice(0, 12))
    expect(sent.join('\n')).not.toContain(code.slice(10))

    expect((await world.agency.says({ type: 'tip.message', data: { id: tip?.id ?? '', text: `Cảm ơn bạn, số ${before}.` } })).status).toBe(200)
    await page.getByRole('log').getByText(`Cảm ơn bạn, số ${before}.`).waitFor()

    // Somewhere else, another day: the code alone opens it.
    const elsewhere = await (await visitor(browser, size)).newPage()
    await elsewhere.goto(`${world.url}/?lang=${language}`)
    await write(elsewhere, code)
    await elsewhere.getByRole('log').getByText(`Cảm ơn bạn, số ${before}.`).waitFor()
    await press(elsewhere, say('chat.followUp.add'))
    await write(elsewhere, '67A-123.45')
    await press(elsewhere, say('chat.nav.noFiles'))
    await heard(elsewhere, say('chat.followUp.added'))
    await until(() => JSON.stringify(tip?.added).includes('67A-123.45'))
    expect(complaints).toEqual([])
    await elsewhere.context().close()
    await context.close()
  }, 60_000)
})

test('a reload in the middle of a story loses nothing and doubles nothing', async () => {
  const say = says.vi
  const context = await visitor(browser, phone)
  const page = await context.newPage()
  await page.goto(world.url)
  await press(page, say('chat.menu.report'))
  await press(page, say('chat.report.dangerNo'))
  await write(page, stories.vi)
  await heard(page, say('chat.report.suggested'))
  await page.reload()
  await heard(page, stories.vi)
  expect(await page.getByRole('log').getByText(stories.vi).count()).toBe(1)
  await press(page, say('categories.drugs.short'))
  await heard(page, say('categories.drugs.questions.unconscious'))
  await context.close()
})

test('a photo is cleaned and sealed on the device: the copy for officers does not tell where it was taken', async () => {
  const say = says.vi
  const context = await visitor(browser, phone)
  const page = await context.newPage()
  await page.goto(world.url)
  await press(page, say('chat.menu.report'))
  await press(page, say('chat.report.dangerNo'))
  await write(page, 'Đánh bạc ăn tiền sau chợ, tôi chụp được hình')
  await heard(page, say('chat.report.suggested'))
  const photo = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#3a3' } }).jpeg().withExif({ IFD0: { Artist: 'Nguyễn Thị Lan' } }).toBuffer()
  await page.setInputFiles('input[type=file]', { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: photo })
  await heard(page, say('chat.files.got', { count: 1, most: 10 }))
  await press(page, say('categories.gambling.short'))
  for (const question of ['weapon', 'hours', 'organiser'] as const) {
    await heard(page, say(`categories.gambling.questions.${question}`))
    await press(page, say('chat.nav.skip'))
  }
  await heard(page, say('chat.report.where'))
  await press(page, say('chat.place.dontKnow'))
  await heard(page, say('chat.report.whereDetail'))
  await press(page, say('chat.nav.skip'))
  await press(page, say('chat.report.whenNow'))
  await press(page, say('chat.nav.done'))
  await press(page, say('chat.report.anonymous'))
  await press(page, say('chat.report.send'))
  await heard(page, say('chat.report.codeKeep'))
  const files = (): SampleFile[] => [...world.agency.tips.values()].flatMap(tip => tip.files)
  await until(() => files().length === 2)
  const bytes = (which: 'copy' | 'original'): Buffer => Buffer.from(files().find(file => file.which === which)?.bytes ?? [])
  expect(bytes('original').includes('Lan')).toBe(true)
  expect(bytes('copy').includes('Lan')).toBe(false)
  expect((await sharp(bytes('copy')).metadata()).width).toBe(80)
  await context.close()
})

test('quick exit leaves the page and leaves nothing behind on the device', async () => {
  const say = says.vi
  const context = await visitor(browser, phone)
  const page = await context.newPage()
  // Wherever it leads, there is no internet here.
  await context.route(url => !url.href.startsWith(world.url), async route => { await route.fulfill({ body: 'thời tiết', contentType: 'text/html; charset=utf-8' }) })
  await page.goto(world.url)
  await press(page, say('chat.menu.report'))
  await press(page, say('chat.report.dangerNo'))
  await write(page, stories.vi)
  await heard(page, say('chat.report.suggested'))
  await page.getByText(say('site.exit')).first().click()
  await page.waitForURL(url => !url.href.startsWith(world.url))
  await page.goto(world.url)
  await page.getByRole('log').waitFor()
  expect(await page.getByRole('log').innerText()).not.toContain(stories.vi)
  expect(await page.evaluate('JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])')).not.toContain('ma túy')
  await context.close()
})
