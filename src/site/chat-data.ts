// What we hold of a chat, for its browser: the subscription, what else there is, and forgetting all of it.
import type { EntityManager } from '@mikro-orm/sql'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { Address } from '../channels/message.ts'
import { closeSession, openSession, sessionOf } from '../channels/web-chat/session.ts'
import { Conversation } from '../conversation/conversation.ts'
import type { Answer } from '../conversation/flow.ts'
import { addressKeyOf } from '../conversation/say.ts'
import { newState } from '../conversation/standing.ts'
import { inTransaction } from '../db/transaction.ts'
import { slowDown } from '../http/pace.ts'
import { readJson } from '../http/read.ts'
import { Refusal } from '../http/refusal.ts'
import { languages } from '../i18n.ts'
import { localityByCode } from '../localities/locality.ts'
import { NotSubscribed } from '../subscribers/subscribe.ts'
import { frequencies, topics } from '../subscribers/topics.ts'
import type { ChatDoor } from './chat-door.ts'
import { languageOf } from './language.ts'

const hour = z.int().min(0).max(23)
const subscription = z.object({
  topics: z.array(z.enum(topics)).max(topics.length),
  places: z.array(z.object({ code: z.string().refine(code => localityByCode(code) !== null), name: z.string().max(200).optional() })).max(10),
  quietFrom: hour,
  quietTo: hour,
  level: z.int().min(0).max(2).default(0),
  frequency: z.enum(frequencies).default('at-once'),
  /** They agreed just now; false: they only change what they had agreed to. */
  agreed: z.boolean().default(true),
  language: z.enum(languages).optional(),
})

const nobody: Address = { channel: 'web-chat', id: '' }

export function dataRoutes (app: Hono, { orm, keys, tips, conversation, publicUrl, clock, doorkeeper }: ChatDoor, ours: MiddlewareHandler): void {
  const slower = slowDown({ perMinute: 120, burst: 120, overall: 6000 }, clock)
  /** As the flows do it on the server; what is half told stands in the browser, so there is nothing of it here. */
  const act = async (em: EntityManager, c: Context, address: Address, name: string, give: Answer): Promise<Answer> =>
    await conversation.act(em, name, give, { address, language: languageOf(c), state: newState() })

  app.get('/chat/subscription', slower, async c => {
    const address = sessionOf(c)
    return c.json(address === null ? null : await inTransaction(orm, async em => await act(em, c, address, 'subscription', null)))
  })

  app.put('/chat/subscription', ours, slower, async c => {
    if (sessionOf(c) === null) await doorkeeper.letIn(c)
    const { language, places, ...chosen } = await readJson(c, 8192, subscription)
    const address = openSession(c, tips.random, publicUrl)
    const give = { ...chosen, places: places.map(({ code }) => ({ code, name: localityByCode(code)?.fullName ?? code })) }
    try {
      await inTransaction(orm, async em => await conversation.act(em, 'subscribe', give, { address, language: language ?? languageOf(c), state: newState() }))
    } catch (error) {
      if (error instanceof NotSubscribed) throw new Refusal('not-accepted', 'There is no subscription to change.')
      throw error
    }
    return c.json(true)
  })

  app.delete('/chat/subscription', ours, slower, async c => {
    const address = sessionOf(c)
    return c.json(address !== null && await inTransaction(orm, async em => await act(em, c, address, 'unsubscribe', null)))
  })

  // Whoever asks is nobody to us: no session is needed, and none is begun.
  app.get('/chat/genuine', slower, async c => {
    const code = (c.req.query('code') ?? '').slice(0, 400)
    return c.json(await inTransaction(orm, async em => await act(em, c, nobody, 'genuine', { code, url: publicUrl })))
  })

  app.get('/chat/held', slower, async c => {
    const address = sessionOf(c)
    return c.json(address === null ? { draft: false, links: 0, marks: 0, subscription: null, push: 0 } : await inTransaction(orm, async em => await act(em, c, address, 'held', null)))
  })

  app.post('/chat/forget', ours, slower, async c => {
    const address = sessionOf(c)
    if (address !== null) {
      await inTransaction(orm, async em => {
        await act(em, c, address, 'forget', null)
        await em.nativeDelete(Conversation, { addressKey: addressKeyOf(keys, address) })
      })
    }
    closeSession(c, publicUrl)
    return c.json(true)
  })
}
