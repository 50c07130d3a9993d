// npm start -- --with-simulators: a developer plays people on three phones against the running program, and the agency that answers them.
import { request } from 'node:http'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { says } from '../../src/locales.ts'
import { complaintsOf, desktop, openBrowser, phone, visitor, wrongFor } from '../browser.ts'
import { aFolder, byNpm, endAll, isTaken, removeFolders, type Program } from '../process/program.ts'
import { freePort, until } from '../world.ts'

const vietnamese = says.vi
// A busy machine takes its time to start a process.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let browser: Browser
beforeAll(async () => { browser = await openBrowser() })
afterAll(async () => {
  await browser.close()
  await endAll()
  await removeFolders()
})

interface Settings extends Record<string, string> { PORT: string, SIMULATORS_PORT: string, DATA_DIR: string }

async function settings (more: Record<string, string> = {}): Promise<Settings> {
  return { PORT: String(await freePort()), SIMULATORS_PORT: String(await freePort()), DATA_DIR: join(await aFolder(), 'data'), LOG_LEVEL: 'warn', ...more }
}

async function simulated (env: Settings): Promise<Program & { page: string }> {
  const program = byNpm(env, ['--with-simulators'])
  await program.runs()
  await until(() => program.terminal().includes('Play a Zalo or Telegram user at'), 30_000)
  const page = /user at (http\S+)/.exec(program.terminal())?.[1]
  expect(page).toBe(`http://127.0.0.1:${env.SIMULATORS_PORT}/`)
  return { ...program, page: page ?? '' }
}

/** Somebody at one of the phones on the page. */
function at (page: Page, name: 'zalo-oa' | 'zalo-bot' | 'telegram') {
  const whole = page.locator(`#${name}`)
  return {
    async writes (text: string) {
      await whole.getByRole('textbox').fill(text)
      await whole.getByRole('button', { name: 'Send' }).click()
    },
    async presses (label: string) { await whole.locator('.buttons').getByRole('button', { name: label, exact: true }).last().click() },
    async does (label: string) {
      await whole.getByRole('button', { name: 'More to do' }).click()
      await whole.getByRole('button', { name: label, exact: true }).last().click()
    },
    async hears (words: string | RegExp) { await heard(whole, words).last().waitFor() },
    heard: async (words: string | RegExp) => await heard(whole, words).count(),
  }
}
const heard = (whole: Locator, words: string | RegExp): Locator => whole.locator('.line.them', { hasText: words })

describe('with simulators', () => {
  let env: Settings
  let program: Program & { page: string }
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    env = await settings()
    program = await simulated(env)
    page = await (await visitor(browser, desktop)).newPage()
    complaints = complaintsOf(page)
    await page.goto(program.page)
  })

  // npm passes it on, and leaves nobody behind; SIGKILL would end npm alone.
  afterAll(async () => {
    program.process.kill('SIGTERM')
    await program.ended
  })

  test('a developer says hello on all three phones, and each hears the numbers to call', async () => {
    for (const name of ['zalo-oa', 'zalo-bot', 'telegram'] as const) await at(page, name).writes('xin chào')
    for (const name of ['zalo-oa', 'zalo-bot', 'telegram'] as const) await at(page, name).hears(/113 – Công an/)
    // Buttons where the app has them, numbers where it has none.
    await page.locator('#zalo-oa').getByRole('button', { name: vietnamese('chat.menu.report') }).waitFor()
    await page.locator('#telegram').getByRole('button', { name: vietnamese('chat.menu.report') }).waitFor()
    await at(page, 'zalo-bot').hears(/1\. Báo tin/)
    expect(await page.locator('#zalo-bot .buttons').count()).toBe(0)
    await at(page, 'zalo-bot').writes('1')
    await at(page, 'zalo-bot').hears(/nguy hiểm ngay lúc này không/)
  })

  test('a story told on Zalo with a photo is opened by the agency, and its answer arrives in the chat', async () => {
    const lan = at(page, 'zalo-oa')
    await lan.presses(vietnamese('chat.menu.report'))
    await lan.hears(/nguy hiểm ngay lúc này không/)
    await lan.presses(vietnamese('chat.report.dangerNo'))
    await lan.hears(/Chuyện gì vậy/)
    await lan.writes('Quán cà phê đầu hẻm bán ma túy mỗi tối')
    await lan.presses('Ma túy')
    for (const question of ['unconscious', 'minors', 'marks'] as const) {
      await lan.hears(vietnamese(`categories.drugs.questions.${question}`))
      await lan.presses(vietnamese('chat.nav.skip'))
    }
    await lan.hears(/ở xã, phường/)
    await lan.does('Location')
    await lan.hears(/Phường Long Xuyên/)
    await lan.presses(vietnamese('chat.nav.skip'))
    await lan.presses(vietnamese('chat.report.whenToday'))
    await lan.hears(/ảnh, video/)
    await lan.does('Sample photo')
    await lan.hears(/Đã nhận tệp \(1\/10\)/)
    await lan.presses('Xong')
    await lan.hears(/ẩn danh/)
    await lan.presses(vietnamese('chat.report.anonymous'))
    await lan.presses(vietnamese('chat.report.send'))
    await lan.hears(/[0-9A-Z]{4}(-[0-9A-Z]{4}){5}/)

    const tip = page.locator('.tip', { hasText: 'đầu hẻm bán ma túy' })
    await tip.waitFor()
    await tip.getByRole('link', { name: /original/ }).waitFor()
    // Both the copy and the original can be looked at.
    await until(async () => (await tip.locator('img').evaluateAll(all => all.filter(one => one instanceof HTMLImageElement && one.naturalWidth === 960))).length === 2)
    await tip.getByRole('textbox').fill('Cảm ơn bạn, chúng tôi đang xem.')
    await tip.getByRole('button', { name: 'Send' }).click()
    await lan.hears('Cảm ơn bạn, chúng tôi đang xem.')
    await tip.getByLabel('What to do').selectOption('Set the status')
    await tip.getByLabel('Status').selectOption('triaged')
    await tip.getByRole('button', { name: 'Send' }).click()
    await tip.locator('.status', { hasText: 'triaged' }).waitFor()
  })

  test('another person on the same phone is somebody else, and one who follows is greeted', async () => {
    await page.locator('#zalo-oa').getByRole('combobox').selectOption('+ somebody new')
    await page.locator('#zalo-oa .empty').getByRole('button', { name: 'Follow', exact: true }).click()
    await at(page, 'zalo-oa').hears(/113 – Công an/)
    expect(await at(page, 'zalo-oa').heard('đang xem')).toBe(0)
  })

  test('a fault is switched on and off: with everything delivered twice, a person is answered once, and a lost answer loses nothing', async () => {
    await page.getByRole('button', { name: 'Faults' }).click()
    const group = page.locator('[data-group=zalo-oa]')
    const twice = group.getByRole('switch', { name: 'Everything twice' })
    await twice.click()
    await group.getByRole('switch', { name: 'Everything twice', checked: true }).waitFor()
    const minh = at(page, 'zalo-oa')
    const before = await minh.heard(vietnamese('chat.menu.ask'))
    await minh.writes('menu')
    await until(async () => await minh.heard(vietnamese('chat.menu.ask')) > before)
    await minh.writes('báo tin')
    await minh.hears(/nguy hiểm ngay lúc này không/)
    expect(await minh.heard(vietnamese('chat.menu.ask'))).toBe(before + 1)
    await twice.click()

    await group.getByRole('button', { name: 'Lost answer' }).click()
    await group.getByText('1 to come').waitFor()
    await minh.presses(vietnamese('chat.report.dangerNo'))
    await minh.hears(/Chuyện gì vậy/)
    await group.getByText('Its last requests').click()
    await group.locator('.requests', { hasText: 'lost' }).waitFor()
  })

  test('the page is easy to read and to use, wide and narrow, light and dark, and complains of nothing', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await wrongFor(page)).toEqual([])
    }
    const narrow = await (await visitor(browser, phone)).newPage()
    await narrow.goto(program.page)
    for (const part of ['Zalo OA', 'Zalo Bot', 'Telegram', 'Agency', 'Faults']) {
      await narrow.getByRole('button', { name: part, exact: true }).click()
      expect(await narrow.locator('main > section:visible').count(), part).toBe(1)
      expect(await narrow.evaluate('document.documentElement.scrollWidth'), part).toBe(phone.width)
      expect(await wrongFor(narrow), part).toEqual([])
    }
    await narrow.close()
    expect(complaints).toEqual([])
  })

  test('other sites and other names of this machine get nothing', async () => {
    const status = async (headers: Record<string, string>, method = 'GET'): Promise<number | undefined> => await new Promise((resolve, reject) => {
      request(program.page, { method, headers }, answer => { answer.resume(); resolve(answer.statusCode) }).once('error', reject).end()
    })
    expect(await status({})).toBe(200)
    expect(await status({ host: 'baotin.example' })).toBe(403)
    expect(await status({}, 'POST')).toBe(403)
    expect(await status({ origin: 'https://baotin.example' }, 'POST')).toBe(403)
  })

  test('it stops at once, nothing is left behind, and a second start goes on with the same people', async () => {
    await page.goto('about:blank')
    program.process.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    for (const port of [env.PORT, env.SIMULATORS_PORT]) expect(await isTaken(Number(port))).toBe(false)

    program = await simulated(env)
    await page.goto(program.page)
    for (const name of ['zalo-oa', 'zalo-bot', 'telegram'] as const) await at(page, name).writes('menu')
    // The ids of the platforms are new ones, and the language is remembered.
    for (const name of ['zalo-oa', 'zalo-bot', 'telegram'] as const) await at(page, name).hears(vietnamese('chat.menu.ask'))
    program.process.kill('SIGTERM')
    expect(await program.ended).toBe(0)
  })
})

describe('a start that can not be: code 1, and a sentence that says what to do', () => {
  async function refuses (env: Settings, options = ['--with-simulators']): Promise<string> {
    const program = byNpm(env, options)
    expect(await program.ended, program.terminal()).toBe(1)
    expect(program.terminal()).toMatch(/did not start/)
    expect(program.terminal()).not.toMatch(/^\s+at /m)
    return program.terminal()
  }

  test('beside a real token nothing is made, and the token is not shown', async () => {
    const env = await settings({ TELEGRAM_BOT_TOKEN: '7000000001:a-real-token-a-real-token-a-real' })
    const said = await refuses(env)
    expect(said).toMatch(/TELEGRAM_BOT_TOKEN is set\. Simulators and real accounts are never mixed/)
    expect(said).not.toContain('a-real-token')
    expect(existsSync(env.DATA_DIR)).toBe(false)
  })

  test('a folder with data of its own is left alone', async () => {
    const folder = await aFolder()
    writeFileSync(join(folder, 'tin-bao.sqlite'), '')
    expect(await refuses(await settings({ DATA_DIR: folder }))).toMatch(/holds data that no simulator made/)
  })

  test('an option misspelt does not start the real thing', async () => {
    expect(await refuses(await settings(), ['--with-simulator'])).toMatch(/--with-simulator/)
  })
})
