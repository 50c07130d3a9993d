// Sends our messages to people on the Zalo bot, and tells the operator when the bot may not send.
import type { Clock } from '../../clock.ts'
import type { Channel, Health } from '../channel.ts'
import type { Gate } from '../gate.ts'
import type { ZaloBotApi } from './api.ts'
import { toSendError } from './errors.ts'
import { writeMessage } from './write.ts'

/**
 * The API knows no key for a repeat, so `once` can't be used: a message whose answer was lost may be heard twice.
 */
export function zaloBotSender ({ api, clock, health, gate }: { api: ZaloBotApi, clock: Clock, health: Health, gate: Gate }): Channel['send'] {
  let refused = 0

  return async (to, message, _once, { lane, turn } = { lane: 'reply' }) => {
    if (turn !== 'taken') await gate.pass(lane)
    try {
      await api.call('sendMessage', writeMessage(message, to.id))
      refused = 0
      health.lastSuccess = clock()
      health.trouble = null
    } catch (error) {
      const failure = toSendError(error, clock(), refused)
      if (failure.failure === 'waitUntil') refused++
      if (failure.failure === 'waitUntil' || failure.failure === 'notAllowed') health.trouble = failure.message
      throw failure
    }
  }
}
