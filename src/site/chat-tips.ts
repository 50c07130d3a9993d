// What a browser sends after sealing it: tips and additions; and what it opens with a code.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { createHmac, randomBytes } from 'node:crypto'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { forgetLines } from '../channels/web-chat/lines.ts'
import { sessionOf } from '../channels/web-chat/session.ts'
import { addressKeyOf } from '../conversation/say.ts'
import { inTransaction } from '../db/transaction.ts'
import { clientAddress } from '../http/client.ts'
import { slowDown } from '../http/pace.ts'
import { readJson } from '../http/read.ts'
import { allLocalities } from '../localities/locality.ts'
import type { ServerKeys } from '../server-key.ts'
import { addSealed } from '../tips/add.ts'
import { openSealed } from '../tips/open.ts'
import { receiveSealed } from '../tips/receive.ts'
import type { Recipients } from '../tips/recipients.ts'
import { Refused } from '../tips/refused.ts'
import { provincialUnits } from '../tips/route.ts'
import table from '../tips/units.json' with { type: 'json' }
import type { ChatDoor } from './chat-door.ts'
import { fileRoutes } from './chat-files.ts'
import { refusedAs } from './refused-as.ts'

/** Bytes of a body; `upload.ts` says what is in it. */
const largest = { tip: 512 * 1024, addition: 320 * 1024, holder: 2048 }

export function tipRoutes (app: Hono, { orm, keys, tips, conversation, clock, doorkeeper }: ChatDoor, ours: MiddlewareHandler): void {
  const pace = { perMinute: 120, burst: 120, overall: 6000 }
  const slower = slowDown(pace, clock)
  const who = whoTries(keys)

  app.get('/chat/keys', slowDown({ ...pace, overall: 24_000 }, clock), c => c.json({ recipients: unitKeys(tips.recipients) }))
  // Asked before a file is sent, which should not travel only to be told so; null while there is no crowd.
  app.get('/chat/puzzle', slowDown({ ...pace, overall: 24_000 }, clock), async c => c.json({ puzzle: await doorkeeper.puzzle() }))

  // The doorkeeper stands before the pace: in a crowd those with nothing solved must not use up what the others need.
  fileRoutes(app, tips.dataDir, [ours, doorkeeper.newcomers, slowDown({ perMinute: 120, burst: 120, overall: 1200 }, clock)])

  app.post('/chat/tips', ours, doorkeeper.newcomers, slower, async c => {
    const upload = await readJson(c, largest.tip, z.unknown())
    const from = sessionOf(c)
    return await answered(c, async () => {
      const receipt = await twice(orm, async em => {
        const received = await receiveSealed(em, tips, upload, from)
        if (from !== null) await forgetLines(em, addressKeyOf(keys, from))
        return received
      })
      conversation.ring()
      return receipt
    })
  })

  app.post('/chat/follow-up', ours, slower, async c => {
    const holder = await readJson(c, largest.holder, z.unknown())
    return await answered(c, async () => await twice(orm, async em => await openSealed(em, tips, holder, who(c))))
  })

  app.post('/chat/follow-up/add', ours, slower, async c => {
    const addition = await readJson(c, largest.addition, z.unknown())
    return await answered(c, async () => {
      const added = await twice(orm, async em => await addSealed(em, tips, addition, sessionOf(c), who(c)))
      conversation.ring()
      return added
    })
  })
}

async function answered (c: Context, work: () => Promise<object>): Promise<Response> {
  try {
    return c.json(await work())
  } catch (error) {
    if (error instanceof Refused) return refusedAs(c, error)
    throw error
  }
}

/** Two equal uploads in the same instant: the second finds what the first one left. */
async function twice<T> (orm: MikroORM, work: (em: EntityManager) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(orm, work)
  } catch (error) {
    if (error instanceof Refused && error.because === 'again') return await inTransaction(orm, work)
    throw error
  }
}

/**
 * The keys to seal to. `general` opens every unit's tips but those of units that are kept apart; `units` has each unit's own.
 * See `Recipients.for`, whose rule the browser follows and the server checks.
 */
export function unitKeys (recipients: Recipients): { general: string[], units: Record<string, string[]> } {
  const general = recipients.for([])
  const units = [...provincialUnits(), ...allLocalities.map(({ code }) => `commune:${code}`)]
  const own = units.map((unit): [string, string[]] => {
    const all = recipients.for([unit])
    return [unit, unit === table.inspectorate && recipients.policeApart ? all : all.filter(key => !general.includes(key))]
  })
  return { general, units: Object.fromEntries(own.filter(([, keys]) => keys.length > 0)) }
}

/** By whom wrong codes are counted: the chat, else where the request came from, under a hash that dies with this process. */
function whoTries (keys: ServerKeys): (c: Context) => string {
  const secret = randomBytes(32)
  return c => {
    const address = sessionOf(c)
    if (address !== null) return addressKeyOf(keys, address)
    return createHmac('sha256', secret).update(clientAddress(c) ?? '').digest('base64url').slice(0, 22)
  }
}
