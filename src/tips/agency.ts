// The agency's door: what its own system tells us, the sealed files it fetches, and the contract in writing.
import { LockMode } from '@mikro-orm/core'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Context, Hono } from 'hono'
import { firstTime } from '../channels/seen.ts'
import { inTransaction } from '../db/transaction.ts'
import { parseJson, readBytes } from '../http/read.ts'
import { Refusal } from '../http/refusal.ts'
import { inboundEvent, type InboundEvent, mostEventBytes } from './agency-api.ts'
import { openApi } from './agency-openapi.ts'
import { moveTip, writeToReporter } from './answer.ts'
import { isGoodLink } from './attachment-link.ts'
import { Attachment } from './attachment.ts'
import { Refused } from './refused.ts'
import type { TipRoom } from './room.ts'
import { readSealedFile } from './sealed-files.ts'
import { transitions, type TipStatus } from './status.ts'
import type { Delivery } from './thread.ts'
import { Tip } from './tip.ts'
import { verify } from './webhook.ts'

/** @param secret `whsec_…`; null: there is no agency, so only the contract is served */
export function agencyRoutes (app: Hono, orm: MikroORM, room: TipRoom, { secret, publicUrl }: { secret: string | null, publicUrl: string }): void {
  const contract = JSON.stringify(openApi(publicUrl))
  app.get('/agency/openapi.json', c => c.body(contract, 200, { 'Content-Type': 'application/json' }))
  if (secret === null) return
  app.post('/agency/events', async c => await takeEvent(c, orm, room, secret))
  app.get('/agency/attachments/:id/:which', async c => await giveFile(c, orm, room))
}

async function takeEvent (c: Context, orm: MikroORM, room: TipRoom, secret: string): Promise<Response> {
  const bytes = await readBytes(c, mostEventBytes)
  const id = verify(secret, name => c.req.header(name), bytes, room.clock())
  if (id === null) return c.json({ error: { code: 'not-signed', message: 'The request is not signed as it must be.' } }, 401)
  const event = parseJson(bytes, inboundEvent)
  try {
    const done = await inTransaction(orm, async em => {
      // Marked in the same transaction: what was refused or broke is not marked, and may come again.
      if (!await firstTime(em, 'agency', id, room.clock())) return { repeated: true }
      const delivery = await handle(em, room, event)
      return { repeated: false, ...(delivery === null ? {} : { delivery }) }
    })
    return c.json({ accepted: true, ...done })
  } catch (error) {
    if (error instanceof NotPossible) return c.json({ error: { code: 'not-possible', message: error.message, status: error.now, allowed: transitions[error.now] } }, 409)
    if (error instanceof Refused) throw refusalOf(error)
    throw error
  }
}

/** Of a message, how it reaches the reporter. */
async function handle (em: EntityManager, room: TipRoom, event: InboundEvent): Promise<Delivery | null> {
  const { id } = event.data
  const tip = await em.findOne(Tip, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (tip === null) throw new Refused('no-such-tip', 'There is no such tip.')
  // Who speaks of a tip has it, even when we have not read that answer yet.
  if (tip.status === 'submitted') await moveTip(em, room, id, 'acknowledged', 'agency', null)
  switch (event.type) {
    case 'tip.status': {
      const { status, reason = null } = event.data
      if (tip.status === status) return null
      if (!transitions[tip.status].includes(status)) throw new NotPossible(tip.status)
      await moveTip(em, room, id, status, 'agency', reason)
      return null
    }
    case 'tip.message': return (await writeToReporter(em, room, id, { kind: 'message', text: event.data.text }, 'agency')).delivery
    case 'tip.request-information': return (await writeToReporter(em, room, id, { kind: 'request-information', text: event.data.text }, 'agency')).delivery
    default: return event satisfies never
  }
}

class NotPossible extends Error {
  readonly now: TipStatus

  constructor (now: TipStatus) {
    super('The tip may not go from its status to that one.')
    this.now = now
  }
}

function refusalOf (error: Refused): Refusal {
  switch (error.because) {
    case 'no-such-tip': return new Refusal('not-found', error.message)
    case 'again': return new Refusal('too-fast', error.message, 1)
    default: return new Refusal('not-accepted', error.message)
  }
}

/** One answer for a wrong address, one that has run out, and a file that is gone: who tries addresses learns nothing. */
async function giveFile (c: Context, orm: MikroORM, room: TipRoom): Promise<Response> {
  const { id = '', which } = c.req.param()
  if (which !== 'copy' && which !== 'original') throw new Refusal('not-found')
  if (!isGoodLink(room.keys, id, which, c.req.query('until') ?? '', c.req.query('token') ?? '', room.clock())) throw new Refusal('not-found')
  const file = await orm.em.fork().findOne(Attachment, { publicId: id, state: 'sealed' })
  if (file === null || (which === 'copy' ? file.copyBytes : file.originalBytes) === 0) throw new Refusal('not-found')
  let bytes: Uint8Array
  try {
    bytes = await readSealedFile(room.dataDir, id, which)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Refusal('not-found')
    throw error
  }
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${id}.${which}.age"`,
  })
}
