// A bulletin on its way: written by one officer, approved by another, and in the chats of everybody who asked for it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { onTelegram } from '../people.ts'
import { aWorld, databases, until, type World } from '../world.ts'
import { aNewsroom, everybody, lesson, subscribes, type Newsroom } from './newsroom.ts'

describe.each(databases)('on %s', database => {
  let world: World
  let newsroom: Newsroom
  beforeEach(async () => {
    world = await aWorld({ database })
    newsroom = await aNewsroom(world.app.bulletins)
  })
  afterEach(async () => { await world.stop() })

  test('everybody who asked gets it once, in their language, with its code and how to stop it', async () => {
    const [lan, john] = [onTelegram(world, 5001), onTelegram(world, 5002)]
    for (const person of [lan, john]) await person.writes('menu')
    await subscribes(world.app.bulletins, { channel: 'telegram', id: '5001' })
    await subscribes(world.app.bulletins, { channel: 'telegram', id: '5002' }, { language: 'en' })
    await subscribes(world.app.bulletins, { channel: 'telegram', id: '5003' }, { topics: ['traffic'] })
    const bulletin = await newsroom.approved({ content: lesson(), audience: everybody })
    await lan.hears(/Giả công an gọi video đòi tiền[^]*Mã tin: TB-[^]*ngừng/)
    await john.hears(/Fake police on video calls[^]*stop/)
    await until(async () => (await newsroom.fresh(bulletin)).state === 'sent')
    expect(await newsroom.sums(bulletin)).toEqual({ 'telegram delivered': 2 })
    expect(world.telegram.askedOf('sendMessage').filter(({ payload }) => payload.chat_id === 5003)).toEqual([])
  })
})
