// Bringing bulletins to places where nobody answers: one row each, step by step, with its state and link.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { orderPause } from '../channels/pace.ts'
import type { Place, Post, Step } from '../channels/place.ts'
import { SendError } from '../channels/send-error.ts'
import { minutes, seconds } from '../clock.ts'
import { backoff, take } from '../queue/waiting.ts'
import { Bulletin } from './bulletin.ts'
import { factsOf } from './facts.ts'
import { noticeOf, pageOf, withdrawnNotice } from './notice.ts'
import { BulletinPost } from './post.ts'
import type { BulletinRoom } from './room.ts'

/** Longer than any place's own deadline. */
const leaseMs = minutes(3)
const mostTries = 12

/** One row for each place, in the transaction that starts the bulletin. An exercise is posted nowhere. */
export async function writePosts (em: EntityManager, places: readonly string[], bulletin: Bulletin, now: Date): Promise<void> {
  if (bulletin.training) return
  for (const place of places.filter(name => bulletin.audience.places?.includes(name) ?? true)) {
    em.persist(em.create(BulletinPost, { bulletinId: bulletin.id, place, state: 'waiting', task: 'publish', lane: place, dueAt: now, leasedUntil: null, attempts: 0, memory: {}, link: null, lastProblem: null }))
  }
}

/** What was posted is to be changed or taken away. */
export async function changePosts (em: EntityManager, bulletinId: number, task: 'edit' | 'remove', now: Date): Promise<void> {
  await em.nativeUpdate(BulletinPost, { bulletinId, state: { $in: ['posted', 'waiting'] } }, { task, state: 'waiting', dueAt: now, attempts: 0, leasedUntil: null })
}

/** An officer wants a stuck post tried again. False: it is not stuck. */
export async function postAgain (em: EntityManager, id: number, now: Date): Promise<boolean> {
  return await em.nativeUpdate(BulletinPost, { id, state: 'stuck' }, { state: 'waiting', dueAt: now, attempts: 0, leasedUntil: null }) === 1
}

/** Does one step of each post that is due. Returns how many. */
export async function runPosts (room: Pick<BulletinRoom, 'orm' | 'clock' | 'say' | 'publicUrl'>, places: readonly Place[], picture: (file: string) => Promise<{ bytes: Uint8Array, mime: string } | null>): Promise<number> {
  const rows = await take<BulletinPost>(room.orm, BulletinPost, room.clock(), leaseMs, 4)
  await Promise.all(rows.map(async row => { await step(room, places, picture, row) }))
  return rows.length
}

async function step (room: Pick<BulletinRoom, 'orm' | 'clock' | 'say' | 'publicUrl'>, places: readonly Place[], picture: (file: string) => Promise<{ bytes: Uint8Array, mime: string } | null>, row: BulletinPost): Promise<void> {
  const place = places.find(({ name }) => name === row.place)
  // Read as text by the queue's own reader.
  const memory = (typeof row.memory === 'string' ? JSON.parse(row.memory) : row.memory) as BulletinPost['memory']
  if (place === undefined) return await settle(room.orm, row, { state: 'stuck', dueAt: null, lastProblem: 'This place is no longer set up.' })
  const bulletin = await room.orm.em.fork().findOne(Bulletin, { id: row.bulletinId })
  if (bulletin === null) return await settle(room.orm, row, { state: 'stuck', dueAt: null, lastProblem: 'The bulletin is gone.' })
  try {
    const done = await doTask(room, place, picture, bulletin, row, memory)
    const state = done.state === 'waiting' ? 'waiting' : done.state
    await settle(room.orm, row, { state, memory: done.memory, link: done.link ?? row.link ?? null, dueAt: done.state === 'waiting' ? done.again ?? new Date(room.clock().getTime() + seconds(10)) : null, attempts: 0, lastProblem: null })
  } catch (error) {
    // The bot's posts and messages share one account: an order to wait is for both.
    if (place.kind === 'telegram-channel' && error instanceof SendError && error.failure === 'waitUntil' && !error.onlyThisChat && error.until !== undefined) await orderPause(room.orm, 'telegram', error.until)
    await settle(room.orm, row, afterFailure(error, row, room.clock()))
  }
}

async function doTask (room: Pick<BulletinRoom, 'say' | 'publicUrl'>, place: Place, picture: (file: string) => Promise<{ bytes: Uint8Array, mime: string } | null>, bulletin: Bulletin, row: BulletinPost, memory: BulletinPost['memory']): Promise<Step> {
  if (row.task === 'remove') return await place.remove(memory)
  const post = await postOf(room, bulletin, picture)
  return row.task === 'edit' && Object.keys(memory).length > 0 ? await place.edit(post, memory) : await place.publish(post, memory)
}

async function postOf ({ say, publicUrl }: Pick<BulletinRoom, 'say' | 'publicUrl'>, bulletin: Bulletin, read: (file: string) => Promise<{ bytes: Uint8Array, mime: string } | null>): Promise<Post> {
  const { content, code } = bulletin
  const link = pageOf(publicUrl, code)
  const found = content.picture === null ? null : await read(content.picture.file)
  const text = bulletin.withdrawnAt == null ? noticeOf(factsOf(bulletin), 'vi', 'post', say('vi'), publicUrl, null).text : withdrawnNotice(code, 'vi', say('vi')).text
  return {
    once: `bulletin.${bulletin.id}.${bulletin.version}`,
    headline: content.texts.vi.headline,
    text,
    link,
    picture: found === null || content.picture === null ? null : { url: `${link}/picture`, ...found, alt: content.picture.alt },
    author: content.source,
    pin: bulletin.kind === 'alarm',
    silent: bulletin.kind === 'lesson',
  }
}

function afterFailure (error: unknown, row: BulletinPost, now: Date): Partial<BulletinPost> {
  const failure = error instanceof SendError ? error : new SendError('tryAgain', 'It broke before it left.')
  const later = (at: Date): Partial<BulletinPost> => ({ dueAt: at, lastProblem: failure.message })
  switch (failure.failure) {
    case 'tryAgain':
      // A post whose answer was lost may stand there: somebody looks rather than posting it twice.
      if (failure.maybeArrived && row.task === 'publish') return { state: 'stuck', dueAt: null, lastProblem: `${failure.message} It may have been posted: look before you send it again.` }
      return row.attempts >= mostTries ? { state: 'stuck', dueAt: null, lastProblem: failure.message } : later(new Date(now.getTime() + backoff(row.attempts, seconds(10), minutes(60), Math.random())))
    case 'waitUntil': return later(failure.until ?? new Date(now.getTime() + minutes(5)))
    case 'notAllowed': return row.attempts >= mostTries ? { state: 'stuck', dueAt: null, lastProblem: failure.message } : later(new Date(now.getTime() + minutes(10)))
    case 'left': case 'rejected': return { state: 'stuck', dueAt: null, lastProblem: failure.message }
    default: return failure.failure satisfies never
  }
}

/** Unless a change was asked for while it was on the wire: that comes next. */
async function settle (orm: MikroORM, row: BulletinPost, change: Partial<BulletinPost>): Promise<void> {
  const em = orm.em.fork()
  const same = await em.nativeUpdate(BulletinPost, { id: row.id, task: row.task, attempts: row.attempts }, { ...change, leasedUntil: null } as never)
  if (same === 0) await em.nativeUpdate(BulletinPost, { id: row.id }, { ...(change.memory === undefined ? {} : { memory: change.memory }), leasedUntil: null } as never)
}
