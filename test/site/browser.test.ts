// The web chat in a real browser: people report, come back, lose the network, share a phone, and use a keyboard only.
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { parseCode } from '../../src/tips/code.ts'
import { languages } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { neutralPage } from '../../src/site/quick-exit.ts'
import { aboutPlace, messagePlace, storyPlace } from '../../src/tips/inside.ts'
import { complaintsOf, desktop, openBrowser, phone, visitor, wrongFor } from '../browser.ts'
import { author, has, photo } from '../tips/files.ts'
import { startChatServer, type ChatServer } from './chat-server.ts'

const say = says.vi
const story = 'Hai thanh niên giật túi xách của một chị ở gần chợ rồi chạy xe máy màu đen.'
let server: ChatServer
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  [server, browser] = await Promise.all([startChatServer(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})
beforeEach(async () => {
  server.reset()
  context = await visitor(browser, phone)
  page = await context.newPage()
  page.setDefaultTimeout(8000)
})
afterEach(async () => { await context.close() })

async function open (at = page, path = '/'): Promise<void> {
  await at.goto(server.url + path)
  await at.waitForSelector('html.scripted')
}

/** Presses the newest button whose id ends so. */
async function press (ending: string, at = page): Promise<void> {
  await at.locator(`.answers button[value$="${ending}"]`).last().click()
}

async function write (text: string, at = page): Promise<void> {
  await at.fill('#text', text)
  await at.press('#text', 'Enter')
}

async function waitFor (text: string, at = page): Promise<void> {
  await at.locator('.line', { hasText: text }).last().waitFor()
}

/** Up to the question about files. */
async function tell (at = page): Promise<void> {
  await press('go:report-tip', at)
  await press(':danger:no', at)
  await press(':kind:theft_robbery', at)
  await write(story, at)
  await press(':theft_robbery.hurt:no', at)
  await press(':!skip', at)
  await waitFor(say('categories.theft_robbery.questions.fled'), at)
  await press(':!skip', at)
  await waitFor(say('chat.report.where'), at)
  await write('phường Long Xuyên', at)
  await press(':whereDetail:!skip', at)
  await press(':when:today', at)
  await at.locator('button[value$=":proof:done"]').waitFor()
}

async function review (at = page): Promise<void> {
  await press(':proof:done', at)
  await press(':identity:anonymous', at)
  await at.locator('button[value$=":review:send"]').waitFor()
}

async function codeOn (at = page): Promise<string> {
  return await at.locator('[data-code]').getAttribute('data-code') ?? ''
}

const stored = async (at = page): Promise<string> => await at.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }))
const asked = (request: string): number => server.asked.filter(a => a === request).length
const questions = async (text: string): Promise<number> => await page.locator('.us', { hasText: text }).count()

describe('a resident reports', () => {
  test('with a picture, and the server gets only what it can not read', async () => {
    const complaints = complaintsOf(page)
    await open()
    await tell()
    const picture = await photo('jpeg')
    await page.setInputFiles('#files', { name: `${author}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from(picture) })
    await waitFor(say('chat.files.got', { count: 1, most: 10 }))
    await page.locator('.previews img').waitFor()
    expect(asked('POST /chat/tips')).toBe(0)
    await review()
    await press(':review:send')
    const code = await codeOn()

    const [tip] = server.tips
    if (tip === undefined) throw new Error('No tip came.')
    expect(tip).toMatchObject({ category: 'theft_robbery', aboutPolice: false, language: 'vi', locator: parseCode(code)?.locator })
    expect(await server.openSealed(tip.sealed, storyPlace(tip.id))).toMatchObject({ what: story, place: { name: 'Phường Long Xuyên', commune: tip.commune }, when: { choice: 'today' }, own: { hurt: 'no', fled: null }, contact: null, files: [{ id: tip.files[0]?.publicId, kind: 'photo' }] })

    const [file] = tip.files
    if (file === undefined) throw new Error('No file came.')
    const about = await server.openSealed(file.sealedAbout, aboutPlace(file.publicId))
    expect(about).toMatchObject({ name: `${author}.jpg`, kind: 'photo', original: { mime: 'image/jpeg', bytes: picture.length }, copy: { mime: 'image/jpeg' } })
    const original = await server.openBytes(server.files.get(`${file.publicId}/original`) ?? new Uint8Array())
    const copy = await server.openBytes(server.files.get(`${file.publicId}/copy`) ?? new Uint8Array())
    expect(Buffer.from(original).equals(Buffer.from(picture))).toBe(true)
    expect([has(original, author), has(copy, author)]).toEqual([true, false])

    const sent = server.bodies.join('\n')
    for (const secret of ['giật túi', 'theft_robbery.hurt', author, code, parseCode(code)?.secret ?? '']) expect(sent).not.toContain(secret)
    expect(complaints).toEqual([])
  })

  test('and nothing of it stays on the device when it was sent', async () => {
    await open()
    await tell()
    expect(await stored()).toContain('giật túi')
    await review()
    await press(':review:send')
    const code = await codeOn()
    await expect.poll(async () => await stored()).toBe('{}{}')
    await open()
    expect(await page.content()).not.toContain(code)
    expect(await questions(story)).toBe(0)
  })

  test('pressing twice, and pressing an old button, gives one answer', async () => {
    await open()
    await page.locator('button[value="go:report-tip"]').dblclick()
    await page.locator('button[value$=":danger:no"]').dblclick()
    await waitFor(say('chat.knows.webSealed'))
    await page.locator('button[value$=":kind:drugs"]').waitFor()
    expect(await page.locator('.them').allInnerTexts()).toHaveLength(2)
    expect(await page.locator('button[value$=":danger:no"]').count()).toBe(0)
    expect(await questions(say('chat.repair.oldButton'))).toBe(0)
  })

  test('reloading in the middle loses nothing and says nothing twice', async () => {
    await open()
    await tell()
    await page.setInputFiles('#files', { name: 'anh.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await photo('jpeg')) })
    await waitFor(say('chat.files.got', { count: 1, most: 10 }))
    await open()
    await waitFor(say('site.resumed'))
    expect(await page.locator('.them', { hasText: story }).count()).toBe(1)
    expect(await questions(say('chat.report.kind').split('\n')[0] ?? '')).toBe(1)
    await review()
    await press(':review:send')
    await codeOn()
    expect(server.tips).toHaveLength(1)
    expect(server.tips[0]?.files).toHaveLength(1)
  })

  test('a day later it is forgotten', async () => {
    await open()
    await tell()
    await page.evaluate(() => {
      const kept = JSON.parse(localStorage.getItem('tin-bao') ?? '{}') as { at: number }
      localStorage.setItem('tin-bao', JSON.stringify({ ...kept, at: kept.at - 24 * 3_600_000 }))
    })
    await open()
    await waitFor(say('chat.menu.ask'))
    expect(await page.locator('.them').count()).toBe(0)
    expect(await stored()).toBe('{}{}')
  })

  test('a file of no kind we take, or too large, is refused in words', async () => {
    await open()
    await tell()
    await page.setInputFiles('#files', [
      { name: 'x.exe', mimeType: 'image/png', buffer: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff', 'latin1') },
    ])
    await waitFor(say('chat.files.wrongType'))
    // By its path: half a minute goes by when so much is handed to the browser by hand.
    const folder = await mkdtemp(join(tmpdir(), 'film-'))
    onTestFinished(async () => { await rm(folder, { recursive: true }) })
    await writeFile(join(folder, 'phim.mp4'), '')
    await truncate(join(folder, 'phim.mp4'), 20 * 1024 * 1024 + 1)
    await page.setInputFiles('#files', join(folder, 'phim.mp4'))
    await waitFor(say('chat.files.tooBig', { size: 20 }))
    expect(await page.locator('button[value$=":proof:done"]').innerText()).toBe(say('chat.nav.noFiles'))
  })
})

describe('the network', () => {
  test('is away: the tip waits, and is sent once when it is back', async () => {
    await open()
    await tell()
    await review()
    await context.setOffline(true)
    await press(':review:send')
    await page.locator('.panel', { hasText: say('site.sending.waiting') }).waitFor()
    await context.setOffline(false)
    await codeOn()
    expect(server.tips).toHaveLength(1)
  })

  test('loses the answer: the same tip is sent again under the same id and code, also after a reload', async () => {
    await open()
    await tell()
    await review()
    let lost = 0
    await page.route('**/chat/tips', async route => {
      lost++
      await fetch(route.request().url(), { method: 'POST', body: route.request().postData() ?? '', headers: { 'Content-Type': 'application/json' } })
      await route.abort()
    })
    await press(':review:send')
    await expect.poll(() => lost).toBeGreaterThan(0)
    await open()
    await expect.poll(() => lost).toBeGreaterThan(1)
    await page.unrouteAll({ behavior: 'wait' })
    const code = await codeOn()
    expect(server.tips).toHaveLength(1)
    expect(server.tips[0]?.locator).toBe(parseCode(code)?.locator)
    expect(asked('POST /chat/tips')).toBeGreaterThan(1)
    await expect.poll(async () => await stored()).toBe('{}{}')
  })

  test('a code that is taken is made anew; a refusal leads back to the review with everything still there', async () => {
    await open()
    await tell()
    await review()
    server.failNext('/chat/tips', 422, 'malformed')
    await press(':review:send')
    await waitFor(say('site.sending.refused'))
    server.failNext('/chat/tips', 409, 'locator')
    await press(':review:send')
    await codeOn()
    expect(server.tips).toHaveLength(1)
    expect(asked('POST /chat/tips')).toBe(3)
  })

  test('sending a file can be stopped; nothing was sent and nothing is lost', async () => {
    await open()
    await tell()
    await page.setInputFiles('#files', { name: 'ghi-chu.txt', mimeType: 'text/plain', buffer: Buffer.from('ghi chú '.repeat(1000)) })
    await waitFor(say('chat.files.got', { count: 1, most: 10 }))
    await review()
    const release = await held('**/chat/files/**')
    await press(':review:send')
    await page.locator('.panel button', { hasText: say('site.sending.cancel') }).click()
    await waitFor(say('site.sending.stopped'))
    release()
    await page.locator('button[value$=":review:send"]').waitFor()
    expect(server.tips).toHaveLength(0)
    await page.unroute('**/chat/files/**')
    await press(':review:send')
    await codeOn()
    expect(server.tips[0]?.files).toHaveLength(1)
  })

  test('sending is stopped when nobody knows whether it arrived: unchanged it stays one tip, changed it is another', async () => {
    await open()
    await tell()
    await review()
    const release = server.holdNext('/chat/tips')
    await press(':review:send')
    await expect.poll(() => asked('POST /chat/tips')).toBe(1)
    await page.locator('.panel button', { hasText: say('site.sending.cancel') }).click()
    await waitFor(say('site.sending.stoppedMaybe'))
    release()
    await expect.poll(() => server.tips.length).toBe(1)
    await press(':review:edit')
    await press(':edit:what')
    await write(`${story} Xe có biển số 67.`)
    await page.locator('button[value$=":review:send"]').waitFor()
    await press(':review:send')
    const code = await codeOn()
    const [first, second] = server.tips
    if (first === undefined || second === undefined) throw new Error('The changed tip did not come.')
    expect([second.id === first.id, second.locator === first.locator, second.locator === parseCode(code)?.locator]).toEqual([false, false, true])
    expect(await server.openSealed(second.sealed, storyPlace(second.id))).toMatchObject({ what: `${story} Xe có biển số 67.` })
  })

  async function held (pattern: string): Promise<() => void> {
    let release = (): void => {}
    const gate = new Promise<void>(resolve => { release = resolve })
    await page.route(pattern, async route => {
      await gate
      await route.continue().catch(() => {})
    })
    return release
  }
})

describe('coming back', () => {
  test('an officer\'s answer appears once, over lost connections, and the code opens the rest on this device only', async () => {
    await open()
    await tell()
    await review()
    await press(':review:send')
    const code = await codeOn()
    server.say({ text: 'Có trả lời cho tin bạn đã gửi.', choices: [{ id: 'go:follow-up', label: 'Xem' }] })
    await waitFor('Có trả lời cho tin bạn đã gửi.')
    server.dropStreams()
    await expect.poll(() => asked('GET /chat/events'), { timeout: 5000 }).toBeGreaterThan(1)
    server.say({ text: 'Dòng thứ hai.' })
    await waitFor('Dòng thứ hai.')
    expect(await questions('Có trả lời cho tin bạn đã gửi.')).toBe(1)

    server.answers.push({ on: '2026-11-25', kind: 'message', text: 'Cảm ơn bạn, chúng tôi đang xác minh.' })
    await press('go:follow-up')
    await waitFor(say('chat.followUp.code'))
    await write(code.toLowerCase())
    await waitFor('Cảm ơn bạn, chúng tôi đang xác minh.')
    await press(':next:add')
    await write('Xe có biển số 67.')
    await press(':moreFiles:done')
    await waitFor(say('chat.followUp.added'))
    const [tip, addition] = [server.tips[0], server.additions[0]]
    if (tip === undefined || addition === undefined) throw new Error('Nothing came.')
    expect(await server.openSealed(addition.sealed, messagePlace(tip.id, addition.publicId, 'units'))).toEqual({ v: 1, text: 'Xe có biển số 67.', files: [] })
    const secret = parseCode(code)?.secret ?? ''
    expect(server.bodies.join('\n').replaceAll('-', '')).not.toContain(secret)
    expect(await stored()).toBe('{}{}')
  })

  test('a lost connection is told, and told again when it is back', async () => {
    await open()
    await expect.poll(() => asked('GET /chat/events')).toBe(1)
    await page.route('**/chat/events**', async route => { await route.abort() })
    server.dropStreams()
    await page.locator('#status', { hasText: say('site.connection.lost') }).waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.locator('#status', { hasText: say('site.connection.back') }).waitFor()
  })

  test('the code never stays on the device, also when a report is half told meanwhile', async () => {
    await open()
    await press('go:report-tip')
    await press(':danger:no')
    await press(':kind:drugs')
    await write('tra cứu')
    await waitFor(say('chat.followUp.code'))
    await write('7K9M-2QXA-BCDE-FGHJ-KMNP-QRSX')
    await waitFor(say('chat.followUp.badCode'))
    const kept = await stored()
    expect(kept).toContain('report-tip')
    expect(kept).not.toContain('7K9M')
  })
})

describe('two tabs', () => {
  test('the second one goes on with the same report, and the first one says so', async () => {
    await open()
    await press('go:report-tip')
    await press(':danger:no')
    await page.locator('button[value$=":kind:drugs"]').waitFor()
    const second = await context.newPage()
    await open(second)
    await waitFor(say('site.resumed'), second)
    await page.locator('.panel', { hasText: say('site.otherTab.text') }).waitFor()
    await press(':kind:drugs')
    await page.waitForTimeout(200)
    expect(await page.locator('.them').count()).toBe(2)
    await press(':kind:theft_robbery', second)
    await waitFor(say('chat.report.what'), second)
    await page.locator('.panel button').click()
    await waitFor(say('chat.report.what'))
  })
})

describe('quick exit', () => {
  test.each(['the button', 'Esc three times'])('by %s wipes the device and shows the weather', async how => {
    await context.route(`${neutralPage}**`, async route => { await route.fulfill({ contentType: 'text/html', body: '<title>Thời tiết</title>' }) })
    await open()
    await tell()
    expect(await stored()).toContain('giật túi')
    if (how === 'the button') await page.click('#exit')
    else for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
    await page.waitForURL(neutralPage)
    await expect.poll(() => asked('POST /chat/exit')).toBe(1)
    await page.goBack().catch(() => null)
    expect(await page.content()).not.toContain('giật túi')
    await open()
    expect(await stored()).toBe('{}{}')
    expect(await page.locator('.them').count()).toBe(0)
  })
})

describe('where and how', () => {
  test('a refused position is no problem; a shared one names the commune', async () => {
    await open()
    await tellUntilPlace()
    await page.click('[data-do=location]')
    await waitFor(say('site.location.denied'))
    await context.grantPermissions(['geolocation'])
    await context.setGeolocation({ latitude: 10.3863, longitude: 105.4352 })
    await page.click('[data-do=location]')
    await waitFor(say('site.location.said'))
    await page.locator('button[value$=":whereDetail:!skip"]').waitFor()
    expect(await page.locator('.us', { hasText: /Vị trí này thuộc (Xã|Phường) / }).count()).toBe(1)
    expect(await page.locator('#location').isVisible()).toBe(false)
  })

  test('a voice note is recorded, heard, and joins the report', async () => {
    await context.grantPermissions(['microphone'])
    await open()
    await press('go:report-tip')
    await press(':danger:no')
    await press(':kind:drugs')
    await page.click('[data-do=record]')
    await page.locator('.recording').waitFor()
    await page.waitForTimeout(1300)
    await page.locator('.panel button', { hasText: say('site.record.stop') }).click()
    await page.locator('.panel audio').waitFor()
    await page.locator('.panel button', { hasText: say('site.record.use') }).click()
    await waitFor(say('chat.files.gotVoice'))
    expect(await page.locator('.panel').isVisible()).toBe(false)
  })

  test('topics are ticked in place, and nobody is asked ten times', async () => {
    await open()
    await press('go:subscribe')
    await press(':agree:yes')
    await press(':level:0')
    await press(':topics:scams')
    await press(':topics:law')
    await page.locator('button', { hasText: `✓ ${say('chat.subscribe.topic.law')}` }).waitFor()
    expect(await questions(say('chat.subscribe.topics'))).toBe(1)
    await press(':topics:done')
    await press(':area:all')
    await press(':frequency:weekly')
    await press(':quiet:night')
    await waitFor(say('chat.subscribe.topic.scams'))
    expect(asked('PUT /chat/subscription')).toBe(1)
    expect(JSON.parse(server.bodies.at(-1) ?? '')).toEqual({ topics: ['scams', 'law'], places: [], quietFrom: 21, quietTo: 7, level: 0, frequency: 'weekly', agreed: true, language: 'vi' })
  })

  test('another language is spoken at once, and what was told is still there', async () => {
    await open()
    await press('go:report-tip')
    await page.click('.languages a[lang=km]')
    await waitFor(says.km('chat.language.set'))
    expect(await page.locator('html').getAttribute('lang')).toBe('km')
    expect(await page.locator('#exit').innerText()).toBe(says.km('site.exit'))
    await page.locator('.answers button', { hasText: says.km('chat.report.dangerNo') }).waitFor()
    await open()
    expect(await page.locator('html').getAttribute('lang')).toBe('km')
  })

  test('a keyboard is enough', async () => {
    await open()
    await page.locator('button[value="go:report-tip"]').focus()
    await page.keyboard.press('Enter')
    await page.locator('button[value$=":danger:no"]').waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement instanceof HTMLButtonElement && document.activeElement.value.endsWith(':danger:no'))).toBe(true)
    await page.keyboard.press('Enter')
    await page.locator('button[value$=":kind:drugs"]').waitFor()
    await page.focus('#text')
    await page.keyboard.type('Dòng một')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('dòng hai có người bán ma túy')
    await page.keyboard.press('Enter')
    await page.locator('.them', { hasText: 'Dòng một\ndòng hai' }).waitFor()
  })

  test('the code is copied, and saved as a picture', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await open()
    await tell()
    await review()
    await press(':review:send')
    const code = await codeOn()
    await page.click('[data-do=copy]')
    await page.locator('#status', { hasText: say('site.code.copied') }).waitFor()
    expect(await page.evaluate(async () => await navigator.clipboard.readText())).toBe(code)
    const [picture] = await Promise.all([page.waitForEvent('download'), page.click('[data-do=picture]')])
    expect(picture.suggestedFilename()).toBe('ma-tin.png')
  })

  async function tellUntilPlace (): Promise<void> {
    await press('go:report-tip')
    await press(':danger:no')
    await press(':kind:wanted')
    await write(story)
    await press(':wanted.here:no')
    await press(':wanted.notice:!skip')
    await press(':wanted.company:!skip')
    await page.locator('#location').waitFor()
  }
})

test('without JavaScript the page is a form that works', async () => {
  const plain = await visitor(browser, phone, { javaScriptEnabled: false })
  onTestFinished(async () => { await plain.close() })
  const at = await plain.newPage()
  await at.goto(server.url)
  expect(await at.locator('.without-script').first().isVisible()).toBe(true)
  expect(await at.locator('.needs-script:visible').count()).toBe(0)
  await at.click('button[value="go:report-tip"]')
  await at.fill('#text', 'Có người bán ma túy')
  await at.setInputFiles('#files', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('abc') })
  await at.click('.send')
  expect(server.forms).toMatchObject([{ press: 'go:report-tip' }, { text: 'Có người bán ma túy', files: 'a.txt 3' }])
  expect(await at.locator('.them').innerText()).toContain('Có người bán ma túy')
})

test('while the script is on its way nothing can be sent in clear', async () => {
  await page.route('**/assets/chat.*.js', async route => { await new Promise(resolve => { setTimeout(resolve, 700) }).then(async () => { await route.continue().catch(() => {}) }) })
  await page.goto(server.url, { waitUntil: 'commit' })
  await page.locator('#loading').waitFor()
  expect(await page.locator('#text').isVisible()).toBe(false)
  await page.waitForSelector('html.scripted')
  expect(await page.locator('#text').isVisible()).toBe(true)
})

describe.each(languages)('in %s', language => {
  test.each([['a phone at night', phone, 'dark'], ['a desk by day', desktop, 'light']] as const)('axe finds nothing wrong on %s', async (_, size, colorScheme) => {
    const there = await visitor(browser, size, { colorScheme })
    onTestFinished(async () => { await there.close() })
    const at = await there.newPage()
    await open(at, `/?lang=${language}`)
    expect(await wrongFor(at)).toEqual([])
    await press('go:report-tip', at)
    await press(':danger:no', at)
    await at.locator('button[value$=":kind:theft_robbery"]').waitFor()
    expect(await wrongFor(at)).toEqual([])
    expect(await at.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width)
    const small = await at.evaluate(() => [...document.querySelectorAll('button, .choice, .calls a, .languages a')].filter(e => e.checkVisibility()).filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44).map(e => e.outerHTML.slice(0, 90)))
    expect(small).toEqual([])
  })
})

test('the first page is light: less than 150 kB with script, style and letters', async () => {
  const sizes = new Map<string, number>()
  page.on('requestfinished', request => { void request.sizes().then(size => { sizes.set(new URL(request.url()).pathname, size.responseBodySize) }) })
  await open(page, '/?lang=vi')
  await page.waitForTimeout(500)
  expect([...sizes.keys()].filter(path => path.startsWith('/assets/')).length).toBeGreaterThan(4)
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000)
  expect([...sizes.keys()].filter(path => /pdf|boundaries|places|code-picture|send-tip|solve/.test(path))).toEqual([])
})
