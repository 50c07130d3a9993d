// A loop that sends and records nothing: the ceiling.
import { contends } from '../broadcast/contender.ts'
import { atOnce, firstChat, sendsTo } from '../broadcast/the-send.ts'

const send = sendsTo(process.env.SINK ?? '')

contends(async many => await Promise.resolve(async () => {
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => { while (next < many) await send(firstChat + next++) }))
}))
