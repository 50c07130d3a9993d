// Feeds of bulletins in three formats, by topic and by commune; the feed of warnings for other systems, and each of their messages.
import { createHash } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { capMessages, type CapMessage, type CapRoom } from '../bulletins/cap-messages.ts'
import { capType, writeCap } from '../bulletins/cap.ts'
import { parseBulletinCode } from '../bulletins/code.ts'
import { atomType, writeAtom, writeCapFeed } from '../bulletins/feed-atom.ts'
import { jsonFeedType, writeJsonFeed } from '../bulletins/feed-json.ts'
import { rssType, writeRss } from '../bulletins/feed-rss.ts'
import { feedOf, newest, type Feed } from '../bulletins/feed.ts'
import type { Published } from '../bulletins/published.ts'
import { shownAt } from '../bulletins/shown.ts'
import type { Clock } from '../clock.ts'
import { slowDown } from '../http/pace.ts'
import { Refusal } from '../http/refusal.ts'
import { languageFromHint } from '../i18n.ts'
import { localityByCode, localityName } from '../localities/locality.ts'
import { topics, type Topic } from '../subscribers/topics.ts'
import { chroniclesOf, type BulletinShelf } from './bulletin-shelf.ts'

export interface FeedRoom extends CapRoom {
  shelf: BulletinShelf
  clock: Clock
}

const formats: Record<string, { type: string, write: (feed: Feed) => string }> = {
  atom: { type: atomType, write: writeAtom },
  rss: { type: rssType, write: writeRss },
  json: { type: jsonFeedType, write: writeJsonFeed },
}
/** Entries of one feed. */
const most = 50
/** Bulletins looked through for warnings that were withdrawn lately. */
const mostWarnings = 100

export function feedRoutes (app: Hono, room: FeedRoom): void {
  const { shelf, clock, publicUrl } = room
  const reading = slowDown({ perMinute: 240, burst: 240, overall: 24_000 }, clock)

  app.get('/feeds/:file', reading, async c => {
    if (c.req.param('file') === 'cap.atom') return await capFeed(c)
    return await feed(c, c.req.param('file'), name => name === 'all' ? {} : null)
  })
  app.get('/feeds/topic/:file', reading, async c => await feed(c, c.req.param('file'), name => {
    const topic = topics.find(one => one === name)
    return topic === undefined ? null : { topic }
  }))
  app.get('/feeds/commune/:file', reading, async c => await feed(c, c.req.param('file'), name => {
    const commune = localityByCode(name)?.code
    return commune === undefined ? null : { commune }
  }))

  app.get('/feeds/cap/:file', reading, async c => {
    const [, typed = '', version = ''] = /^(\w{7})-(\d{1,6}|withdrawn)\.xml$/.exec(c.req.param('file')) ?? []
    const code = parseBulletinCode(typed)
    const published = code === null ? null : await shelf.byCode(code)
    // An exercise is never told to other systems.
    const message = published === null || published.training ? undefined : (await messagesOf(published)).find(({ alert }) => alert.identifier === `${published.code}-${version}`)
    if (message === undefined) throw new Refusal('not-found')
    return answer(c, writeCap(message.alert), capType, message.alert.sent)
  })

  async function feed (c: Context, file: string, read: (name: string) => { topic?: Topic, commune?: string } | null): Promise<Response> {
    const [, name = '', ending = ''] = /^([\w-]{1,40})\.(atom|rss|json)$/.exec(file) ?? []
    const format = formats[ending]
    const what = read(name)
    if (format === undefined || what === null) throw new Refusal('not-found')
    const hint = languageFromHint(c.req.query('lang'))
    const language = hint ?? 'vi'
    const say = room.say(language)
    const title = what.topic !== undefined ? say('bulletins.list.feedTopic', { topic: say(`chat.subscribe.topic.${what.topic}`) })
      : what.commune !== undefined ? say('bulletins.list.feedCommune', { commune: localityName(what.commune, language) }) : say('bulletins.list.feedAll')
    const now = clock()
    const shown = (await shelf.latest({ ...what, most })).map(one => shownAt(one, now))
    const made = feedOf(title, `${publicUrl}${c.req.path}${hint === null ? '' : `?lang=${hint}`}`, shown, { publicUrl, say, language })
    return answer(c, format.write(made), format.type, made.updatedAt)
  }

  async function capFeed (c: Context): Promise<Response> {
    const now = clock()
    const [active, latest] = await Promise.all([shelf.latest({ active: true, most: mostWarnings }), shelf.latest({ most: mostWarnings })])
    const all = [...new Map([...active, ...latest].map(one => [one.code, one])).values()].filter(({ training }) => !training)
    const newestOf = await Promise.all(all.map(async one => ({ shown: shownAt(one, now), message: (await messagesOf(one)).at(-1) })))
    // What was corrected is told by what corrects it; what was withdrawn, by the message that says so.
    const alive = newestOf.flatMap(({ shown, message }) => message !== undefined && message.expires > now && (shown.published.standing === 'valid' || message.alert.msgType === 'Cancel') ? [message] : [])
    const replaced = new Set(alive.flatMap(({ alert }) => alert.references.map(({ identifier }) => identifier)))
    const entries = alive.filter(({ alert }) => !replaced.has(alert.identifier)).sort((a, b) => b.alert.sent.getTime() - a.alert.sent.getTime())
    const feed = writeCapFeed({ title: room.say('vi')('bulletins.list.feedCap'), self: `${publicUrl}/feeds/cap.atom`, home: `${publicUrl}/bulletins` }, entries.map(message => ({ message, url: `${publicUrl}/feeds/cap/${message.alert.identifier}.xml` })))
    return answer(c, feed, atomType, newest(entries.map(({ alert }) => alert.sent)))
  }

  async function messagesOf (published: Published): Promise<CapMessage[]> {
    // Most bulletins are lessons: no need to look up their past.
    if (published.about === null && published.content.kind !== 'warning' && published.content.kind !== 'alarm' && published.version === 1) return []
    const { chronicle, about } = await chroniclesOf(room.shelf, published)
    return capMessages(chronicle, about, room)
  }
}

/** For anybody's program, from anywhere; not sent again to those who have it. */
function answer (c: Context, body: string, type: string, changedAt: Date): Response {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers = {
    'ETag': tag, 'Last-Modified': changedAt.toUTCString(), 'Cache-Control': 'public, max-age=60',
    'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin',
  }
  const has = c.req.header('if-none-match')?.slice(0, 1000).split(',').map(one => one.trim().replace(/^W\//, ''))
  if (has?.some(one => one === tag || one === '*') === true) return c.body(null, 304, headers)
  return c.body(body, 200, { ...headers, 'Content-Type': type })
}
