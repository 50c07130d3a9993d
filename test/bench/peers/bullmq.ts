// BullMQ on Redis: a job for each recipient, or for PER_JOB of them; what became of each is its job's return value, which is kept.
import { createRequire } from 'node:module'
import type * as Bull from 'bullmq'
import { contends } from '../broadcast/contender.ts'
import { firstChat, sendsTo } from '../broadcast/the-send.ts'
import { TinyRedis } from './redis.ts'

// Its ES modules import folders, which Node does not do.
const { Queue, Worker, RedisConnection, createBunRedisClient } = createRequire(import.meta.url)('bullmq') as typeof Bull

interface Job { chats: number[] }
interface Outcome { chat: number, state: 'delivered' | 'refused', messageId: string | null }

const { REDIS_PORT = '', SINK = '', PER_JOB = '1', CONCURRENCY = '1' } = process.env
const perJob = Number(PER_JOB)
const send = sendsTo(SINK)
RedisConnection.clientFactory = () => createBunRedisClient(new TinyRedis(Number(REDIS_PORT)) as never)
const queue = new Queue<Job, Outcome[]>('deliveries')

const deliver = async (chat: number): Promise<Outcome> => await send(chat).then(messageId => ({ chat, state: 'delivered' as const, messageId }), () => ({ chat, state: 'refused' as const, messageId: null }))

contends(async many => {
  await queue.obliterate({ force: true })
  const jobs = Array.from({ length: Math.ceil(many / perJob) }, (_, job) => ({ name: 'delivery', data: { chats: Array.from({ length: Math.min(perJob, many - job * perJob) }, (_, n) => firstChat + job * perJob + n) } }))
  for (let from = 0; from < jobs.length; from += 1000) await queue.addBulk(jobs.slice(from, from + 1000))
  return async () => {
    let left = jobs.length
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const worker = new Worker<Job, Outcome[]>('deliveries', async ({ data }) => await Promise.all(data.chats.map(deliver)), { concurrency: Number(CONCURRENCY), connection: {} })
    worker.on('completed', () => { if (--left === 0) resolve() })
    await over
    await worker.close()
  }
})
