// Notifications in a real browser: offered after subscribing, explained before the browser asks, and told plainly when they can't be.
import { rm } from 'node:fs/promises'
import { Hono } from 'hono'
import type { Browser, BrowserContext, Page, Worker } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetLines } from '../../src/channels/web-chat/lines.ts'
import { webChatChannel } from '../../src/channels/web-chat/web-chat.ts'
import { forgetWindow } from '../../src/channels/zalo-oa/window.ts'
import { makePlaces } from '../../src/conversation/places.ts'
import type { ConversationRoom } from '../../src/conversation/room.ts'
import { makeAct, makeWorkFirst } from '../../src/flows/do.ts'
import { script } from '../../src/flows/script.ts'
import { buildAssets, type Assets } from '../../src/http/assets.ts'
import { guard } from '../../src/http/guard.ts'
import { listen, type Listening } from '../../src/http/server.ts'
import { languages } from '../../src/i18n.ts'
import { says, texts } from '../../src/locales.ts'
import { chatSources } from '../../src/site/chat-assets.ts'
import { chatRoutes, firstWords } from '../../src/site/chat-routes.ts'
import { pushRoutes, pushSources } from '../../src/site/push-routes.ts'
import { neutralPage } from '../../src/site/quick-exit.ts'
import { loadOrCreatePushKeys, type PushKeys } from '../../src/subscribers/push-keys.ts'
import { pushTo, type PushPayload } from '../../src/subscribers/push-send.ts'
import { PushSubscription } from '../../src/subscribers/push.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { complaintsOf, desktop, openBrowser, phone, visitor, wrongFor } from '../browser.ts'
import { withDatabase, type TestDatabase } from '../database.ts'
import { aDoorkeeper } from '../http/a-doorkeeper.ts'
import { capturedLog } from '../http/wire.ts'
import { contact, startPushService, type PushedBrowser, type PushService } from '../subscribers/push-service.ts'
import { makeWorld, type World } from '../tips/tip-room.ts'

const say = says.vi
const flood: PushPayload = { title: 'Nước lên nhanh ở Vĩnh Xương', body: 'Bà con ven sông chuyển đồ lên cao.', url: 'https://tinbao.example/b/K7M2Q4H', tag: 'b-K7M2Q4H', language: 'vi', level: 'alarm' }

let database: TestDatabase
let world: World
let assets: Assets
let server: Listening
let push: PushKeys
let service: PushService
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  [database, assets, service, browser] = await Promise.all([withDatabase('sqlite'), buildAssets(both()), startPushService(), openBrowser()])
  world = await makeWorld(database)
  push = loadOrCreatePushKeys(`${database.dataDir}-elsewhere`).keys
  server = await aSite()
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  await service.stop()
  await database.close()
  await rm(`${database.dataDir}-elsewhere`, { recursive: true })
})
beforeEach(async () => {
  await database.empty()
  context = await visitor(browser, phone)
  page = await aPage()
})
afterEach(async () => { await context.close() })

/** The chat, all of it real but the platforms. */
async function aSite (): Promise<Listening> {
  const { orm } = database
  const { keys, clock, random } = world.room
  const { log } = capturedLog()
  const doorkeeper = aDoorkeeper(keys, clock)
  const publicUrl = 'http://localhost'
  const channel = webChatChannel({ orm, keys, clock, log, random, dataDir: database.dataDir, publicUrl, say: language => says[language], doorkeeper, firstWords: language => firstWords(conversation, language), stillToSay: async () => false })
  const conversation: ConversationRoom = {
    orm, keys, script, clock, log, channel: () => channel, say: language => says[language], places: makePlaces(() => null), webUrl: `${publicUrl}/`,
    workFirst: makeWorkFirst({ tips: world.room }), act: makeAct({ tips: world.room, forgetLines, forgetWindow }),
    reachable: async () => {}, count: async () => {}, ring: () => {}, handled: () => {},
  }
  const app = new Hono()
  guard(app, { publicUrl, log })
  assets.routes(app)
  channel.routes(app, async () => {})
  chatRoutes(app, { orm, keys, tips: world.room, conversation, assets, publicUrl, doorkeeper, clock })
  pushRoutes(app, { orm, keys, clock, assets, publicUrl, door: { push, hosts: ['127.0.0.1'] } })
  app.get('/b/:code', c => c.html(`<h1>${c.req.param('code')}</h1>`))
  return await listen(app, { host: '127.0.0.1', port: 0 })
}

function both (): ReturnType<typeof chatSources> {
  const [chat, more] = [chatSources(texts), pushSources()]
  return { scripts: { ...chat.scripts, ...more.scripts }, files: { ...chat.files, ...more.files } }
}

async function aPage (): Promise<Page> {
  const made = await context.newPage()
  made.setDefaultTimeout(8000)
  return made
}

async function press (ending: string): Promise<void> {
  await page.locator(`.answers button[value$="${ending}"]`).last().click()
}

/** Alarms only, of the whole province: the shortest way. */
async function subscribes (language = 'vi'): Promise<void> {
  await page.goto(`${server.url}/?lang=${language}`)
  await page.waitForSelector('html.scripted')
  await press('go:subscribe')
  await press(':agree:yes')
  await press(':level:2')
  await press(':area:all')
}

async function heard (text: string): Promise<void> {
  await page.locator('.line.us', { hasText: text }).last().waitFor()
}

const panel = (text: string) => page.locator('.panel', { hasText: text })
const button = (text: string) => page.locator('.panel button', { hasText: text })
const rows = async (): Promise<number> => await database.orm.em.fork().count(PushSubscription)

/** Chromium without a screen has no push service of its own: ours stands in for it, from the page's call to the wire. */
async function hasPushService (): Promise<PushedBrowser> {
  const made = service.browser(push.publicKey)
  await context.grantPermissions(['notifications'])
  await context.addInitScript(subscription => {
    let mine: unknown = null
    PushManager.prototype.subscribe = async function (options) {
      const key = options?.applicationServerKey as Uint8Array
      return mine = { ...subscription, options: { applicationServerKey: key.buffer }, toJSON: () => ({ ...subscription, expirationTime: null }), unsubscribe: async () => { mine = null; return true } } as never
    }
    PushManager.prototype.getSubscription = async () => mine as never
  }, made.subscription)
  page = await aPage()
  // The browser's own question can't be answered without a screen; it comes after ours, as the next test shows.
  await page.addInitScript(() => { Object.defineProperty(Notification, 'permission', { get: () => (globalThis as { said?: string }).said ?? 'default' }) })
  return made
}

describe('somebody who has subscribed', () => {
  test('is told what a notification shows before the browser asks, says yes, and is woken by the next alarm', async () => {
    const complaints = complaintsOf(page)
    const made = await hasPushService()
    let asked = 0
    await page.exposeFunction('isAsked', () => { asked++ })
    await page.addInitScript(() => { Notification.requestPermission = async () => { await (globalThis as unknown as { isAsked (): Promise<void> }).isAsked(); (globalThis as { said?: string }).said = 'granted'; return 'granted' } })
    await subscribes()
    await panel(say('site.push.offer')).waitFor()
    expect(asked).toBe(0)
    await button(say('site.push.allow')).click()
    await heard(say('site.push.on'))
    expect(asked).toBe(1)
    expect(await page.locator('.panel').isVisible()).toBe(false)

    const subscriber = await database.orm.em.fork().findOneOrFail(Subscriber, { channel: 'web-chat' })
    expect(await pushTo(database.orm, world.room.keys, { push, contact, hosts: ['127.0.0.1'] }, subscriber.addressKey, flood)).toEqual({ outcome: 'sent', wait: null })
    expect(made.woken[0]?.said).toEqual(flood)

    // Asking again for news shows that it is on, and switches it off.
    await press('go:subscribe')
    await press(':change:yes')
    await press(':what:places')
    await press(':area:all')
    await button(say('site.push.turnOff')).click()
    await heard(say('site.push.off'))
    expect(await rows()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('says no, thanks, and is asked nothing by the browser', async () => {
    await hasPushService()
    await page.addInitScript(() => { Notification.requestPermission = async () => { throw new Error('asked') } })
    await subscribes()
    await button(say('site.push.later')).click()
    expect(await page.locator('.panel').isVisible()).toBe(false)
    expect(await rows()).toBe(0)
  })

  test('goes on talking, and the offer is out of the way', async () => {
    await hasPushService()
    await subscribes()
    await panel(say('site.push.offer')).waitFor()
    await press('go:report-tip')
    await heard(say('chat.report.danger'))
    expect(await page.locator('.panel').isVisible()).toBe(false)
  })

  test('closes the browser’s question without an answer, and hears how to come back to it', async () => {
    await hasPushService()
    await page.addInitScript(() => { Notification.requestPermission = async () => 'default' })
    await subscribes()
    await button(say('site.push.allow')).click()
    await heard(say('site.push.notNow'))
    expect(await rows()).toBe(0)
  })

  test('stops: this device is forgotten by the server, and given back to the push service', async () => {
    await hasPushService()
    await page.addInitScript(() => { Notification.requestPermission = async () => { (globalThis as { said?: string }).said = 'granted'; return 'granted' } })
    await subscribes()
    await button(say('site.push.allow')).click()
    await heard(say('site.push.on'))
    expect(await rows()).toBe(1)
    await page.fill('#text', 'ngừng')
    await page.press('#text', 'Enter')
    await heard(say('chat.subscribe.stopped'))
    expect(await rows()).toBe(0)
    await expect.poll(async () => await page.evaluate(async () => await (await navigator.serviceWorker.ready).pushManager.getSubscription())).toBeNull()
  })
})

describe('where it can not be, it is said plainly', () => {
  test('the browser blocks notifications', async () => {
    // As Chromium without a screen does of itself.
    await subscribes()
    await heard(say('site.push.denied'))
    expect(await page.locator('.panel').isVisible()).toBe(false)
  })

  test('the browser’s own push service is out of reach', async () => {
    await context.grantPermissions(['notifications'])
    await page.addInitScript(() => { Object.defineProperty(Notification, 'permission', { get: () => 'default' }) })
    await subscribes()
    await button(say('site.push.allow')).click()
    await heard(say('site.push.failed'))
    expect(await rows()).toBe(0)
  })

  test('the browser knows no push at all', async () => {
    await page.addInitScript(() => { Reflect.deleteProperty(globalThis, 'PushManager') })
    await subscribes()
    await heard(say('site.push.cannot'))
  })

  test('an iPhone hears that the page must be on the home screen first, and finds the manifest it needs', async () => {
    await context.close()
    context = await visitor(browser, phone, { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1' })
    page = await aPage()
    await page.addInitScript(() => { Reflect.deleteProperty(globalThis, 'PushManager') })
    await subscribes()
    await panel(say('site.push.homeScreen')).waitFor()
    expect(await page.locator('link[rel=manifest]').getAttribute('href')).toBe('/manifest.webmanifest')
    await button(say('site.push.understood')).click()
    expect(await page.locator('.panel').isVisible()).toBe(false)
  })
})

describe('the script beside the page', () => {
  interface Shown { title: string, body: string, data: string, tag: string, requireInteraction: boolean, renotify: boolean }

  /** Chromium without a screen shows no notifications: a list stands in for the screen. What is pushed comes as the browser brings it. */
  async function wakes (first: string): Promise<{ shown: () => Promise<Shown[]>, again: (said: string) => Promise<void>, worker: Worker }> {
    await page.goto(server.url)
    const debug = await context.newCDPSession(page)
    const registered = new Promise<string>(resolve => {
      debug.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [one] = registrations
        if (one !== undefined) resolve(one.registrationId)
      })
    })
    await debug.send('ServiceWorker.enable')
    const [worker] = await Promise.all([
      context.waitForEvent('serviceworker'),
      page.evaluate(async () => { await navigator.serviceWorker.register('/service-worker.js'); await navigator.serviceWorker.ready }),
    ])
    await worker.evaluate(() => {
      const here = globalThis as unknown as { shown: { tag?: string }[], registration: ServiceWorkerRegistration }
      here.shown = []
      here.registration.showNotification = async (title, options) => { here.shown = [...here.shown.filter(({ tag }) => tag !== options?.tag), { title, ...options, close () {} } as never] }
      here.registration.getNotifications = async filter => here.shown.filter(({ tag }) => filter?.tag === undefined || tag === filter.tag) as never
    })
    const registrationId = await registered
    const shown = async (): Promise<Shown[]> => await worker.evaluate(() => JSON.parse(JSON.stringify((globalThis as unknown as { shown: unknown[] }).shown)) as never)
    const again = async (data: string): Promise<void> => { await debug.send('ServiceWorker.deliverPushMessage', { origin: server.url, registrationId, data }) }
    await again(first)
    await expect.poll(async () => (await shown()).length).toBe(1)
    return { shown, again, worker }
  }

  test('shows the headline of an alarm until somebody looks; the same again makes no sound, a correction in its place does', async () => {
    const { shown, again } = await wakes(JSON.stringify(flood))
    expect(await shown()).toEqual([{ title: flood.title, body: flood.body, data: flood.url, tag: flood.tag, lang: 'vi', icon: '/app-icon.png', badge: '/app-icon.png', requireInteraction: true, renotify: true }])
    await again(JSON.stringify(flood))
    await expect.poll(async () => (await shown()).map(({ renotify }) => renotify)).toEqual([false])
    await again(JSON.stringify({ ...flood, title: 'Đính chính', level: 'warning' }))
    await expect.poll(async () => (await shown()).map(({ title, renotify, requireInteraction }) => [title, renotify, requireInteraction])).toEqual([['Đính chính', true, false]])
  })

  test.each(['', 'not json', '[]', '{"title":{"x":1}}'])('shows that there is news even if it can not read what came: %j', async said => {
    const { shown } = await wakes(said)
    expect(await shown()).toMatchObject([{ title: 'Tin Báo', body: '', requireInteraction: false }])
  })

  test.each([
    ['the bulletin', flood.url, '/b/K7M2Q4H'],
    ['the chat, when there is no page', '', '/'],
    ['never another site', 'https://evil.example/x', '/'],
    ['never another site, whatever its path', 'https://evil.example/b/K7M2Q4H', '/b/K7M2Q4H'],
    ['no other page of ours', '/console', '/'],
    ['no script', 'javascript:alert(1)', '/'],
  ])('opens on a press: %s', async (_, url, path) => {
    const { worker } = await wakes(JSON.stringify({ ...flood, url }))
    // Only a person's press may open a window: what would be opened is looked at here.
    const opened = await worker.evaluate(async () => {
      const here = globalThis as unknown as { shown: unknown[], clients: { openWindow: (url: string) => Promise<null>, matchAll: (which: object) => Promise<{ url: string, focus (): Promise<void> }[]> } }
      return await new Promise<string>(resolve => {
        const windows = here.clients.matchAll.bind(here.clients)
        here.clients.openWindow = async address => { resolve(`new ${address}`); return null }
        here.clients.matchAll = async which => (await windows(which)).map(({ url }) => ({ url, focus: async () => { resolve(`there ${url}`) } }))
        dispatchEvent(Object.assign(new Event('notificationclick'), { notification: here.shown[0], waitUntil () {} }))
      })
    })
    // The chat is open already, on the page this test began with.
    expect(opened).toBe(`${path === '/' ? 'there' : 'new'} ${server.url}${path}`)
  })
})

test.each(['and the server hears of it', 'though the server can not be reached'])('a quick exit takes the script off the device, so that nothing appears on the screen any more, %s', async how => {
  await context.route(`${neutralPage}**`, async route => { await route.fulfill({ contentType: 'text/html', body: '<title>Thời tiết</title>' }) })
  if (how.startsWith('though')) await context.route('**/chat/exit', async route => { await route.abort() })
  await page.goto(server.url)
  await page.waitForSelector('html.scripted')
  await page.evaluate(async () => { await navigator.serviceWorker.register('/service-worker.js'); await navigator.serviceWorker.ready })
  await page.click('#exit')
  await page.waitForURL(neutralPage)
  await page.goto(server.url)
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
})

test('without JavaScript nothing is offered, and the chat is whole', async () => {
  const plain = await visitor(browser, phone, { javaScriptEnabled: false })
  const at = await plain.newPage()
  await at.goto(server.url)
  expect(await at.locator('.panel').isVisible()).toBe(false)
  expect(await at.locator('button[value="go:subscribe"]').isVisible()).toBe(true)
  await plain.close()
})

describe.each(languages)('in %s', language => {
  test.each([['a phone at night', phone, 'dark'], ['a desk by day', desktop, 'light']] as const)('axe finds nothing wrong with the offer on %s', async (_, size, colorScheme) => {
    await context.close()
    context = await visitor(browser, size, { colorScheme })
    await hasPushService()
    await subscribes(language)
    await panel(says[language]('site.push.offer')).waitFor()
    expect(await wrongFor(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width)
  })
})
