// The page's door on the loopback: the page, its live parts, and what it asks for. Nobody else's page gets in.
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { buildAssets } from '../../src/http/assets.ts'
import { fontFaces, fontFiles } from '../../src/http/fonts.ts'
import { strictHeaders } from '../../src/http/headers.ts'
import { readBytes } from '../../src/http/read.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { listen, streamEnd, type Listening } from '../../src/http/server.ts'
import type { Desk } from './agency-desk.ts'
import { shownFaults, type Group } from './faults.ts'
import type { Phone } from './phone.ts'
import type { Pictures } from './pictures.ts'
import { sampleOf } from './samples.ts'
import { wish, type Act, type PhoneName, type Shown, type Wish } from './shown.ts'

export interface DoorRoom {
  port: number
  phones: readonly Phone[]
  desk: Desk
  groups: readonly Group[]
  pictures: Pictures
  /** Where the program's own chat on the web is. */
  webChat: string
}

/** As large as the program takes from anybody, and some more to see it refuse. */
const mostFileBytes = 26 * 1024 * 1024
/** Milliseconds between looks at what changed. */
const lookEvery = 150

/** @throws Error with a sentence when the port can't be had or the page can't be built */
export async function openDoor (room: DoorRoom): Promise<Listening> {
  const here = (file: string): string => fileURLToPath(new URL(`./page/${file}`, import.meta.url))
  const [html, style] = await Promise.all([readFile(here('page.html'), 'utf8'), readFile(here('page.css'), 'utf8')])
  const assets = await buildAssets({
    scripts: { page: here('page.ts') },
    files: { ...fontFiles(), 'page.css': { type: 'text/css', write: url => fontFaces(url) + style } },
  })
  const door = new Hono()

  door.use(async (c, next) => {
    // A name of another site that leads to this machine is not ours; neither is another site's form.
    const host = c.req.header('host') ?? ''
    const isOurs = /^(127\.0\.0\.1|localhost):\d+$/.test(host) && (c.req.method === 'GET' || c.req.header('origin') === `http://${host}`)
    if (!isOurs) return c.text('This page answers to itself alone.', 403)
    await next()
    for (const [name, value] of Object.entries(strictHeaders(false))) c.header(name, value)
  })
  door.onError((error, c) => c.json({ error: error.message }, error instanceof Refusal ? error.status : 409))

  door.get('/', c => c.html(html.replace('{{webChat}}', room.webChat).replace('{{style}}', assets.url('page.css')).replace('{{script}}', assets.url('page'))))
  assets.routes(door)
  door.get('/files/:id', c => {
    const file = room.pictures.find(c.req.param('id'))
    return file === undefined ? c.notFound() : c.body(file.bytes, 200, { 'content-type': file.mime })
  })
  door.get('/events', c => events(c, room))

  door.post('/ask', async c => {
    await grant(room, wish.parse(await c.req.json()))
    return c.json({ done: true })
  })
  door.post('/file', async c => {
    const { phone, person, what, name, caption } = fileTold.parse(c.req.query())
    const bytes = await readBytes(c, mostFileBytes)
    await send(room, phone, person, { do: 'send', what, ...(caption === '' ? {} : { caption }) }, { bytes, name })
    return c.json({ done: true })
  })
  try {
    return await listen(door, { host: '127.0.0.1', port: room.port })
  } catch (error) {
    throw new Error(`The page of the simulators can't listen on port ${room.port}. Stop the program that uses it (perhaps this one, started twice), or set SIMULATORS_PORT to another number.`, { cause: error })
  }
}

const fileTold = z.object({
  phone: z.enum(['zalo-oa', 'zalo-bot', 'telegram']), person: z.string().max(60), what: z.enum(['photo', 'voice', 'document']), name: z.string().max(200), caption: z.string().max(4000).default(''),
})

async function grant (room: DoorRoom, asked: Wish): Promise<void> {
  switch (asked.ask) {
    case 'act': {
      const { phone, person, act } = asked
      if (act.do === 'send') return await send(room, phone, person, act, await sampleOf(act.what))
      return phoneOf(room, phone).does(person, act)
    }
    case 'new person': return phoneOf(room, asked.phone).newPerson()
    case 'fault': {
      const fault = room.groups.find(({ name }) => name === asked.group)?.faults.find(({ id }) => id === asked.id)
      if (fault === undefined) throw new Error('There is no such fault.')
      await fault.turn(asked.on)
      return
    }
    case 'agency': return await room.desk.says(asked)
  }
}

async function send (room: DoorRoom, phone: PhoneName, person: string, act: Act & { do: 'send' }, { bytes, name }: { bytes: Uint8Array, name: string }): Promise<void> {
  const url = await room.pictures.add(bytes)
  phoneOf(room, phone).does(person, act, { bytes, name, shown: { kind: act.what, name, url } })
}

function phoneOf ({ phones }: DoorRoom, name: PhoneName): Phone {
  const phone = phones.find(one => one.name === name)
  if (phone === undefined) throw new Error('There is no such phone.')
  return phone
}

/** Each part of the page whenever it changed; all of them at first. */
function events (c: Context, { phones, desk, groups }: DoorRoom): Response {
  const end = streamEnd(c)
  return streamSSE(c, async stream => {
    const told = new Map<string, string>()
    let beat = 0
    while (!end.aborted && !stream.aborted) {
      const shown: Shown = { phones: phones.map(phone => phone.shown()), tips: await desk.shown(), faults: groups.map(shownFaults) }
      for (const [part, content] of Object.entries(shown)) {
        const data = JSON.stringify(content)
        if (told.get(part) === data) continue
        told.set(part, data)
        await stream.writeSSE({ event: part, data })
        beat = Date.now()
      }
      // Sockets on which nothing moves are closed after a while.
      if (Date.now() - beat > 30_000) {
        await stream.write(': still here\n\n')
        beat = Date.now()
      }
      await pause(lookEvery, undefined, { signal: end }).catch(() => undefined)
    }
  })
}
