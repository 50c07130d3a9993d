// People agree to be written to, change their mind, leave and come back; who they are is sealed.
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../../src/channels/message.ts'
import { addressKeyOf } from '../../src/conversation/say.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import { PushSubscription } from '../../src/subscribers/push.ts'
import { addressOf, markLeft, markReturned, NotSubscribed, subscribe, subscriptionOf, unsubscribe, type Chosen } from '../../src/subscribers/subscribe.ts'
import { Subscriber, SubscriberPlace } from '../../src/subscribers/subscriber.ts'
import { currentWording } from '../../src/subscribers/wordings.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'

const ba: Address = { channel: 'telegram', id: '987654321' }
const namePlaces = [{ code: '30307', name: 'Phường Long Xuyên' }]
const chosen: Chosen = { topics: ['warnings', 'scams'], places: namePlaces, quietFrom: 21, quietTo: 7, level: 0, frequency: 'at-once' }
const first = new Date('2026-11-24T03:00:00Z')
const later = new Date('2026-12-01T03:00:00Z')

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let keys: ServerKeys
  beforeAll(async () => {
    database = await withDatabase(kind)
    keys = loadOrCreateServerKeys(join(`${database.dataDir}-elsewhere`, 'server.key'), n => randomBytes(n)).keys
  })
  afterAll(async () => {
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true })
  })
  beforeEach(async () => { await database.empty() })

  const within = async <T>(work: (em: EntityManager) => Promise<T>): Promise<T> => await inTransaction(database.orm, work)
  const subscribes = async (change: Partial<Chosen & { language: 'vi' | 'en' | 'km' }> = {}, now = first, consent?: 'given' | 'before'): Promise<void> => {
    await within(async em => { await subscribe(em, keys, ba, { ...chosen, language: 'vi', ...change }, now, consent) })
  }
  const row = async () => await database.orm.em.fork().findOneOrFail(Subscriber, { addressKey: addressKeyOf(keys, ba) })

  test('what somebody chose is what they find again', async () => {
    expect(await within(async em => await subscriptionOf(em, keys, ba))).toBeNull()
    await subscribes()
    expect(await within(async em => await subscriptionOf(em, keys, ba))).toEqual({ ...chosen, topics: ['scams', 'warnings'], agreedOn: '2026-11-24', agreedTo: currentWording })
    expect(await row()).toMatchObject({ channel: 'telegram', language: 'vi', agreedAt: first, agreedTo: currentWording, leftAt: null, localities: ['30307'] })
    await subscribes({ level: 2, frequency: 'weekly' })
    expect(await within(async em => await subscriptionOf(em, keys, ba))).toMatchObject({ level: 2, frequency: 'weekly' })
  })

  test('subscribing again changes the one subscription', async () => {
    await subscribes()
    await subscribes({ topics: ['law'], places: [], quietFrom: 0, quietTo: 0, language: 'km' }, later)
    expect(await database.orm.em.fork().count(Subscriber)).toBe(1)
    expect(await row()).toMatchObject({ topics: ['law'], localities: [], quietFrom: 0, quietTo: 0, language: 'km', agreedAt: later })
  })

  test('changing it without being asked again leaves what they agreed to, and when', async () => {
    await subscribes()
    await database.orm.em.fork().nativeUpdate(Subscriber, {}, { agreedTo: '2026-11' })
    await subscribes({ quietFrom: 19, places: [] }, later, 'before')
    expect(await row()).toMatchObject({ quietFrom: 19, everywhere: true, agreedAt: first, agreedTo: '2026-11' })
    expect(await database.orm.em.fork().count(SubscriberPlace)).toBe(0)
    await subscribes({}, later, 'given')
    expect(await row()).toMatchObject({ agreedAt: later, agreedTo: currentWording })
  })

  test('nobody is subscribed by changing what is not there', async () => {
    await expect(subscribes({}, first, 'before')).rejects.toThrow(NotSubscribed)
    expect(await database.orm.em.fork().count(Subscriber)).toBe(0)
  })

  test('ending it forgets the browsers that were woken, and no one else’s', async () => {
    await subscribes()
    const push = { sealed: 'x', language: 'vi' as const, agreedAt: first }
    await database.orm.em.fork().insertMany(PushSubscription, [
      { endpointKey: 'one', addressKey: addressKeyOf(keys, ba), ...push },
      { endpointKey: 'two', addressKey: 'somebody else', ...push },
    ])
    await within(async em => { await unsubscribe(em, keys, ba) })
    expect((await database.orm.em.fork().findAll(PushSubscription)).map(({ endpointKey }) => endpointKey)).toEqual(['two'])
  })

  test('ending it forgets them; ending it twice does no harm', async () => {
    await subscribes()
    expect(await within(async em => await unsubscribe(em, keys, ba))).toBe(true)
    expect(await within(async em => await unsubscribe(em, keys, ba))).toBe(false)
    expect(await database.orm.em.fork().count(Subscriber)).toBe(0)
  })

  test('who leaves on the platform is not written to until they are back', async () => {
    await subscribes()
    await within(async em => { await markLeft(em, keys, ba, first) })
    await within(async em => { await markLeft(em, keys, ba, later) })
    expect((await row()).leftAt).toEqual(first)
    await within(async em => { await markReturned(em, keys, ba) })
    expect((await row()).leftAt).toBeNull()
    await within(async em => { await markLeft(em, keys, { ...ba, id: '1' }, later) })
    expect((await row()).leftAt).toBeNull()
  })

  test('subscribing after leaving counts as being back', async () => {
    await subscribes()
    await within(async em => { await markLeft(em, keys, ba, first) })
    await subscribes({}, later)
    expect((await row()).leftAt).toBeNull()
  })

  test('the address is sealed, opens for us, and opens nowhere else', async () => {
    await subscribes()
    expect((await database.stolen()).includes(ba.id)).toBe(false)
    expect(addressOf(keys, await row())).toEqual(ba)
    const { sealed } = await row()
    expect(() => addressOf(keys, { sealed, addressKey: 'somebody else' })).toThrow()
  })

  test('hours, topics and communes that do not exist are refused', async () => {
    for (const wrong of [{ quietFrom: 24 }, { quietTo: 1.5 }, { quietTo: NaN }, { level: 3 }, { level: 0.5 }, { places: [{ code: '1', name: 'x' }] }]) await expect(subscribes(wrong)).rejects.toThrow(RangeError)
    await expect(subscribes({ topics: ['politics' as 'law'] })).rejects.toThrow(RangeError)
    expect(await database.orm.em.fork().count(Subscriber)).toBe(0)
  })
})
