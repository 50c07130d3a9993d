// Asking in a real browser whether a bulletin is genuine; and where officers' words lead there.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBulletinCode } from '../../src/bulletins/code.ts'
import { startDue } from '../../src/bulletins/run.ts'
import { says } from '../../src/locales.ts'
import { openBrowser, phone, visitor } from '../browser.ts'
import { aNewsroom, everybody, lesson } from '../bulletins/newsroom.ts'
import { aWorld, until, type World } from '../world.ts'

const say = says.vi
let world: World
let browser: Browser
let page: Page
beforeAll(async () => {
  [world, browser] = await Promise.all([aWorld(), openBrowser()])
  page = await (await visitor(browser, phone)).newPage()
  page.setDefaultTimeout(8000)
  await page.goto(world.url)
  await page.waitForSelector('html.scripted')
}, 60_000)
afterAll(async () => {
  await browser.close()
  await world.stop()
})

async function write (text: string): Promise<void> {
  await page.fill('#text', text)
  await page.press('#text', 'Enter')
}
const waitFor = async (text: string): Promise<void> => { await page.locator('.line', { hasText: text }).last().waitFor() }

test('the page asks the server, begins no session for it, and shows the verdict and the headline', async () => {
  const newsroom = await aNewsroom(world.app.bulletins)
  const bulletin = await newsroom.approved({ content: lesson(), audience: everybody })
  await startDue(world.app.bulletins)
  await until(async () => (await newsroom.fresh(bulletin)).publishedAt !== null)
  await write('/genuine')
  await waitFor(say('officer.genuineAsk.code'))
  await write('TB-0000-000')
  await waitFor('KHÔNG CÓ TIN NÀO')
  await write(writeBulletinCode(bulletin.code))
  await waitFor('TIN THẬT, còn giá trị')
  await waitFor('Giả công an gọi video đòi tiền')
  const answer = await fetch(`${world.url}/chat/genuine?code=${'x'.repeat(5000)}&lang=en`)
  expect(await answer.json()).toContain(says.en('bulletins.genuine.unknown'))
  expect(answer.headers.getSetCookie()).toEqual([])
})

test('officers are told that they work elsewhere', async () => {
  for (const text of ['/broadcast', 'phát tin', '/link 0123456789ABCDEF']) {
    await write(text)
    await waitFor(say('officer.link.onWeb').slice(0, 40))
  }
  await write('duyệt 1.1')
  await waitFor(say('chat.repair.menu'))
})
