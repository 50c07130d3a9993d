// Bulletins in a real browser: for people who can't see well, who use a keyboard, on a small phone, in the dark, and on paper.
import { PDFDocument } from '@cantoo/pdf-lib'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { kinds } from '../../src/bulletins/content.ts'
import { languages, type Language } from '../../src/i18n.ts'
import { complaintsOf, desktop, openBrowser, phone, visitor, wrongFor } from '../browser.ts'
import { codes, hoursAgo, published, scam } from '../bulletins/samples.ts'
import { publicUrl, startBulletinServer, type BulletinServer } from './bulletin-server.ts'

const [first, second, third] = codes
let server: BulletinServer
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  [server, browser] = await Promise.all([startBulletinServer(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})
beforeEach(async () => {
  server.reset()
  server.pictures.set('a.png', new Uint8Array(await sharp({ create: { width: 900, height: 1600, channels: 3, background: '#77aa99' } }).png().toBuffer()))
  const picture = { file: 'a.png', width: 900, height: 1600, alt: 'Ảnh chụp màn hình, số đã che' }
  server.bulletins.push(
    published('warning', first, { version: 2, changedAt: hoursAgo(1), content: { picture } }),
    published('alarm', second, { publishedAt: hoursAgo(1), about: { codes: [third], relation: 'correction' } }),
    published('warning', third, { standing: 'corrected', correctedBy: second, publishedAt: hoursAgo(9) }),
    ...kinds.map((kind, i) => published(kind, codes[3 + i % 4] ?? first, { training: kind === 'alarm', publishedAt: hoursAgo(20 + i), standing: kind === 'meeting' ? 'withdrawn' : 'valid' })),
  )
  context = await someone(phone)
  page = await context.newPage()
  page.setDefaultTimeout(8000)
})

let people = 0

/** Each from an address of their own: the clock stands still here, and so would the doors' patience. */
async function someone (size: typeof phone, more: BrowserContextOptions = {}): Promise<BrowserContext> {
  const there = await visitor(browser, size, { extraHTTPHeaders: { 'X-Forwarded-For': `203.0.113.${++people}` }, ...more })
  onTestFinished(async () => { await there.close() })
  return there
}

/** Axe, the width of the screen, and the size of everything that is pressed. */
async function lookAt (paths: readonly string[], language: Language, size: typeof phone, colorScheme: 'light' | 'dark'): Promise<void> {
  const there = await someone(size, { colorScheme })
  const at = await there.newPage()
  const complaints = complaintsOf(at)
  for (const path of paths) {
    await at.goto(`${server.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`)
    expect(await wrongFor(at), path).toEqual([])
    expect(await at.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(size.width)
    const small = await at.evaluate(() => [...document.querySelectorAll('button, .choice, .top a, .calls-box a, select')].filter(e => e.checkVisibility()).filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44).map(e => e.outerHTML.slice(0, 90)))
    // On the sheet for paper nothing is pressed but the button above it.
    expect(path.endsWith('/print') ? [] : small, path).toEqual([])
  }
  expect(complaints).toEqual([])
}

describe.each(languages)('in %s', language => {
  test.each([['a phone', phone, 'light'], ['a phone in the dark', phone, 'dark'], ['a desk', desktop, 'light'], ['a desk in the dark', desktop, 'dark']] as const)('on %s nothing is in anybody\'s way', async (_, size, colorScheme) => {
    await lookAt(['/bulletins', `/b/${first}`, '/genuine?code=x'], language, size, colorScheme)
  })
})

test.each(['light', 'dark'] as const)('every kind, every standing and every answer can be read in %s', async colorScheme => {
  await lookAt([`/b/${third}`, ...codes.slice(3).map(code => `/b/${code}`), `/b/${first}/print`, '/genuine', `/genuine?code=${first}`, `/genuine?code=${third}`, ...codes.slice(3).map(code => `/genuine?code=${code}`), '/bulletins?topic=drugs'], 'vi', phone, colorScheme)
})

test('somebody finds a bulletin in the list by keyboard, reads it, and goes to the better one', async () => {
  await page.goto(`${server.url}/bulletins?lang=vi`)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Đến nội dung')
  await page.locator(`.card a[href^="/b/${third}"]`).focus()
  await page.keyboard.press('Enter')
  await page.locator('.standing-corrected').waitFor()
  expect(await page.locator('.words').first().isVisible()).toBe(false)
  await page.locator('.old summary').click()
  expect(await page.locator('.words').first().innerText()).toContain('Sáng nay')
  await page.locator('.standing a').click()
  await page.waitForURL(`**/b/${second}?lang=vi`)
})

test('the link is copied at a press, and the page says so', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${server.url}/b/${first}?lang=vi`)
  await page.locator('button[data-do=copy]').click()
  await page.locator('.said', { hasText: 'Đã chép liên kết.' }).waitFor()
  expect(await page.evaluate(async () => await navigator.clipboard.readText())).toBe(`${publicUrl}/b/${first}`)
})

test('without a script everything is there but the buttons that need one', async () => {
  const without = await someone(phone, { javaScriptEnabled: false })
  const at = await without.newPage()
  await at.goto(`${server.url}/b/${first}?lang=vi`)
  expect(await at.locator('button:visible').count()).toBe(0)
  expect(await at.locator('.qr').isVisible()).toBe(true)
  await at.goto(`${server.url}/genuine?lang=vi`)
  await at.fill('#code', 'k7m2 q49')
  await at.locator('.ask button').click()
  expect(await at.locator('.verdict').innerText()).toContain(scam.headline)
})

test('the code of the page is read from its QR square as its address', async () => {
  await page.goto(`${server.url}/b/${first}?lang=vi`)
  // Drawn by our own hand from the library's modules: as many dark ones, at the same places.
  const { default: QRCode } = await import('qrcode')
  const { modules } = QRCode.create(`${publicUrl}/b/${first}`, { errorCorrectionLevel: 'M' })
  const drawn = await page.locator('.qr path').getAttribute('d') ?? ''
  const dark = new Set([...drawn.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${Number(x) - 4} ${Number(y) - 4}`))
  const wanted = Array.from({ length: modules.size ** 2 }, (_, i) => [i % modules.size, Math.floor(i / modules.size)] as const).filter(([x, y]) => modules.get(y, x) !== 0).map(([x, y]) => `${x} ${y}`)
  expect(dark).toEqual(new Set(wanted))
})

describe('on paper', () => {
  test.each([['the page', ''], ['the sheet', '/print']])('%s is one A4 side with code, numbers and QR square', async (_, ending) => {
    await page.goto(`${server.url}/b/${first}${ending}?lang=vi`)
    await page.locator('figure img').evaluate(async (image: HTMLImageElement) => { await image.decode() })
    const paper = await PDFDocument.load(await page.pdf({ preferCSSPageSize: true }))
    expect(paper.getPageCount()).toBe(1)
    const { width, height } = paper.getPage(0).getSize()
    expect([Math.round(width), Math.round(height)]).toEqual([595, 842])
    await page.emulateMedia({ media: 'print' })
    for (const part of ['h1', '.to-do', '.bulletin-code', '.qr', '.calls-box']) expect(await page.locator(part).first().isVisible(), part).toBe(true)
    for (const part of ['.top', '.crumb', '.actions', '.how', 'footer']) expect(await page.locator(part).first().isVisible(), part).toBe(false)
  })
})

test('a bulletin is light: less than 120 kB with style, script and letters, without its picture', async () => {
  const sizes = new Map<string, number>()
  page.on('requestfinished', request => { void request.sizes().then(size => { sizes.set(new URL(request.url()).pathname, size.responseBodySize) }) })
  await page.goto(`${server.url}/b/${second}?lang=vi`)
  await page.waitForLoadState('networkidle')
  expect([...sizes.keys()].filter(path => path.startsWith('/assets/')).length).toBeGreaterThan(3)
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000)
})
