// The public pages of bulletins, their pictures, the question whether one is genuine; and, next door, the feeds.
import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import { capMessages, type CapMessage, type CapRoom } from '../bulletins/cap-messages.ts'
import { capType, writeCap } from '../bulletins/cap.ts'
import { parseBulletinCode, writeBulletinCode } from '../bulletins/code.ts'
import { pictureType } from '../bulletins/picture-type.ts'
import type { Published } from '../bulletins/published.ts'
import { isForSearch, markOf, shownAt, shownWords, type Shown } from '../bulletins/shown.ts'
import { momentOf } from '../bulletins/when.ts'
import type { Clock } from '../clock.ts'
import type { Assets } from '../http/assets.ts'
import { slowDown } from '../http/pace.ts'
import { Refusal } from '../http/refusal.ts'
import type { Language, Say } from '../i18n.ts'
import { localityByCode } from '../localities/locality.ts'
import { topics } from '../subscribers/topics.ts'
import { bulletinUrls } from './bulletin-assets.ts'
import type { PageRoom } from './bulletin-frame.ts'
import { bulletinJson } from './bulletin-json.ts'
import { bulletinList, type Choice } from './bulletin-list.ts'
import { bulletinPage } from './bulletin-page.ts'
import { previewPainter, type Preview } from './bulletin-picture.ts'
import { chroniclesOf, type BulletinShelf } from './bulletin-shelf.ts'
import { feedRoutes } from './feed-routes.ts'
import { genuinePage } from './genuine-page.ts'
import { lookOf } from './kind-look.ts'
import { languageOf } from './language.ts'

export interface BulletinDoor extends CapRoom {
  shelf: BulletinShelf
  assets: Pick<Assets, 'url'>
  clock: Clock
  /** As in Config; letters for pictures are laid out in it. */
  dataDir: string
}

/** On one page of the list. */
const onePage = 20
/** Nobody's code is longer, with a sentence around it. */
const longestCode = 100
/** A page may be kept by caches for half a minute: what is withdrawn must be seen to be. */
const shared = { 'Cache-Control': 'public, max-age=30', 'Vary': 'Accept-Language, Cookie' }
const forAnySite = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }

/** @throws Error when the sender can't stand in a CAP message */
export function bulletinRoutes (app: Hono, room: BulletinDoor): void {
  const { shelf, say, publicUrl, clock, sender } = room
  if (sender === '' || /[\s,<&]/.test(sender)) throw new Error(`A CAP sender has no space, comma, < or &: ${sender}`)
  const urls = bulletinUrls(room.assets)
  const paint = previewPainter(join(room.dataDir, 'letters'))
  // A village opens one alarm at once, and through one address if its provider shares it.
  const pages = slowDown({ perMinute: 600, burst: 600, overall: 120_000 }, clock)
  const drawing = slowDown({ perMinute: 60, burst: 60, overall: 1200 }, clock)
  const asking = slowDown({ perMinute: 60, burst: 60, overall: 12_000 }, clock)
  const here = (c: Context): PageRoom => {
    const language = languageOf(c)
    return { language, say: say(language), publicUrl, urls }
  }
  /** @throws Refusal when there is none under this code */
  const found = async (typed: string): Promise<Shown> => {
    const published = await lookUp(typed)
    if (published === null) throw new Refusal('not-found')
    return shownAt(published, clock())
  }
  const lookUp = async (typed: string): Promise<Published | null> => {
    const code = typed.length > longestCode ? null : parseBulletinCode(typed)
    return code === null ? null : await shelf.byCode(code)
  }
  const messages = async (shown: Shown): Promise<CapMessage[]> => {
    const { chronicle, about } = await chroniclesOf(shelf, shown.published)
    return capMessages(chronicle, about, room)
  }

  app.get('/bulletins', pages, async c => {
    const choice = choiceOf(c)
    const { active, ...rest } = choice
    const [found, urgent] = await Promise.all([
      shelf.latest({ ...rest, ...(active ? { active } : {}), most: onePage + 1 }),
      choice.before === undefined ? shelf.latest({ ...rest, active: true, most: onePage }) : [],
    ])
    const now = clock()
    const valid = (one: Shown): boolean => one.published.standing === 'valid'
    // An alarm that was corrected, or after which all is clear, is urgent no more.
    const followed = new Set([...found, ...urgent].flatMap(({ about }) => about?.codes ?? []))
    const alarms = urgent.filter(({ code, content, about }) => content.kind === 'alarm' && about?.relation !== 'all-clear' && !followed.has(code)).map(one => shownAt(one, now)).filter(valid)
    const shown = found.slice(0, onePage).map(one => shownAt(one, now)).filter(one => !active || valid(one))
    return c.html(bulletinList({ choice, urgent: alarms, shown, more: found.length > onePage }, here(c)), 200, shared)
  })

  app.get('/b/:code', pages, async c => {
    const typed = c.req.param('code')
    if (typed.endsWith('.json')) {
      return c.json(bulletinJson(await found(typed.slice(0, -5)), publicUrl), 200, { ...shared, ...forAnySite })
    }
    return await showPage(c, typed, false)
  })
  app.get('/b/:code/print', pages, async c => await showPage(c, c.req.param('code'), true))

  app.get('/b/:code/cap.xml', pages, async c => {
    const message = (await messages(await found(c.req.param('code')))).at(-1)
    if (message === undefined) throw new Refusal('not-found')
    return c.body(writeCap(message.alert), 200, { 'Content-Type': capType, ...shared, ...forAnySite })
  })

  app.get('/b/:code/picture', pages, async c => {
    const shown = await found(c.req.param('code'))
    const picture = shown.picture === null ? null : await pictureOf(shown, c.req.query('version'))
    const type = picture === null ? null : pictureType(picture.file)
    const bytes = picture === null || type === null ? null : await shelf.picture(picture.file)
    if (bytes === null || type === null) throw new Refusal('not-found')
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=300', ...forAnySite, ...unlisted(shown) })
  })

  app.get('/b/:code/preview.png', drawing, async c => {
    const shown = await found(c.req.param('code'))
    const language = languageOf(c)
    const bytes = await paint(`${shown.published.code} ${markOf(shown)} ${language}`, previewOf(shown, say(language), language))
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'image/png', 'Cache-Control': 'public, max-age=300', ...forAnySite, ...unlisted(shown) })
  })

  app.get('/genuine', asking, async c => {
    const typed = c.req.query('code')
    if (typed === undefined || typed.trim() === '') return c.html(genuinePage(null, here(c)), 200, shared)
    const published = await lookUp(typed)
    const asked = { typed: typed.slice(0, longestCode), published: published === null ? null : shownAt(published, clock()).published }
    return c.html(genuinePage(asked, here(c), `/genuine?${new URLSearchParams({ code: asked.typed }).toString()}`))
  })

  feedRoutes(app, room)

  async function showPage (c: Context, typed: string, printed: boolean): Promise<Response> {
    const published = await lookUp(typed)
    // A false message may lead to an address that looks like ours: say so, rather than "no such page".
    if (published === null) return await c.html(genuinePage({ typed: '', published: null }, here(c)), 404)
    const shown = shownAt(published, clock())
    const hasCap = (await messages(shown)).length > 0
    return await c.html(bulletinPage(shown, { ...here(c), hasCap, printed }), 200, { ...shared, ...unlisted(shown) })
  }

  async function pictureOf ({ published, picture }: Shown, version: string | undefined): Promise<Shown['picture']> {
    if (version === undefined || version === String(published.version)) return picture
    const edition = (await shelf.editions(published.code)).find(one => String(one.version) === version)
    return edition?.content.picture ?? null
  }
}

/** What was chosen, as far as it can be chosen. */
function choiceOf (c: Context): Choice {
  const topic = topics.find(one => one === c.req.query('topic'))
  const commune = localityByCode(c.req.query('commune') ?? '')?.code
  const before = /^\d{1,14}$/.exec(c.req.query('before') ?? '')?.[0]
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(commune === undefined ? {} : { commune }),
    active: c.req.query('active') === '1',
    ...(before === undefined ? {} : { before: new Date(Number(before)) }),
  }
}

function unlisted (shown: Shown): Record<string, string> {
  return isForSearch(shown) ? {} : { 'X-Robots-Tag': 'noindex, noarchive' }
}

function previewOf (shown: Shown, say: Say, language: Language): Preview {
  const { code, content, training, standing, publishedAt } = shown.published
  const look = lookOf(shown.published)
  const first = training ? `${say('bulletins.training.band')} · ` : standing === 'valid' ? '' : `${say(`bulletins.standing.${standing}`)} · `
  return {
    kind: look,
    band: `${first}${say(`bulletins.kinds.${look}`)}`,
    state: training ? 'training' : standing === 'valid' ? 'valid' : standing === 'withdrawn' ? 'withdrawn' : 'ended',
    headline: shownWords(shown, language)?.words.headline ?? say('bulletins.standing.takenDown'),
    source: content.source,
    moment: momentOf(say, language, publishedAt),
    code: writeBulletinCode(code),
  }
}
