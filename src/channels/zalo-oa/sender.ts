// Sends our messages to people on Zalo: within the window, at the pace, with a token that is taken.
import { createHmac } from 'node:crypto'
import type { AxiosInstance } from 'axios'
import type { Channel, Health } from '../channel.ts'
import type { Address } from '../message.ts'
import { SendError } from '../send-error.ts'
import type { Gate } from '../gate.ts'
import { isAboutToken, isAlarming, refusalOf } from './errors.ts'
import type { ZaloOaSettings } from './settings.ts'
import type { Token, Tokens } from './tokens.ts'
import { ask } from './wire.ts'
import { closeWindow, keepOffers, reachOf, windowOf } from './window.ts'
import { writeMessage, type ZaloMessage } from './write.ts'

export interface SenderRoom extends Pick<ZaloOaSettings, 'orm' | 'keys' | 'clock' | 'log' | 'texts' | 'appSecret' | 'proof' | 'paid' | 'buttons'> {
  http: AxiosInstance
  gate: Gate
  tokens: Tokens
  health: Health
}

/** Messages remembered that went only in part; the oldest are forgotten first. */
const mostRemembered = 1000

export function zaloOaSender (room: SenderRoom): Channel['send'] {
  const { orm, keys, clock, texts } = room
  /** How many messages of one of ours went already: a try after a failure goes on there. */
  const gone = new Map<string, number>()

  return async (to, message, once, manner = { lane: 'reply' }) => {
    try {
      await checkWindow(to)
      const language = message.language ?? 'vi'
      const words = { typeNumber: texts.typeNumber(language), moreChoices: texts.moreChoices(language), orType: (said: string) => texts.orType(said, language) }
      const anonymous = anonymousOf(to)
      const { messages, offers } = writeMessage(message, words, anonymous === null ? room.buttons : 'off')
      // Before it leaves: the answer may be here sooner than Zalo's.
      if (offers !== null) await keepOffers(orm, keys, to, offers)
      for (const [index, one] of messages.entries()) {
        if (index < (gone.get(once) ?? 0)) continue
        const { turn, lane } = manner
        // The turn that was taken is the first part's.
        if (turn !== 'taken' || index > 0) await room.gate.pass(lane)
        await bring(to, one, anonymous)
        remember(once, index + 1)
      }
      gone.delete(once)
    } catch (error) {
      throw error instanceof SendError ? error : new SendError('tryAgain', 'What belongs to a Zalo message could not be read or stored.')
    }
  }

  /** Zalo would refuse it; and what costs money is not sent unless somebody said so. A visitor of the widget has no window. */
  async function checkWindow (to: Address): Promise<void> {
    if (anonymousOf(to) !== null) return
    const reach = reachOf(await windowOf(orm, keys, to), clock())
    if (reach === 'closed') throw new SendError('rejected', 'This person last wrote too long ago: Zalo brings nothing until they write again.', { untilTheyWrite: true })
    if (reach === 'paid' && !room.paid) throw new SendError('rejected', 'This person last wrote more than 48 hours ago: Zalo charges for it, and ZALO_OA_PAID is off.', { untilTheyWrite: true })
  }

  async function bring (to: Address, message: ZaloMessage, anonymous: { anonymous_id: string, conversation_id: string } | null): Promise<void> {
    const token = await room.tokens.current()
    const code = await post(token, to, message, anonymous)
    const answer = isAboutToken(code) ? await post(await room.tokens.after(token.version), to, message, anonymous) : code
    if (answer === 0) {
      room.health.lastSuccess = clock()
      room.health.trouble = null
      return
    }
    const failure = refusalOf(answer, clock())
    if (failure.failure === 'notAllowed' || isAlarming(answer)) {
      room.health.trouble = failure.message
      room.log.error({ code: answer }, 'zalo refused a message')
    }
    // -320 and -321 are about our account: when somebody has paid, it works again.
    if (failure.untilTheyWrite && answer !== -320 && answer !== -321) await closeWindow(orm, keys, to, clock())
    throw failure
  }

  /** Zalo's `error`; 0 is a success. */
  async function post ({ access }: Token, to: Address, message: ZaloMessage, anonymous: { anonymous_id: string, conversation_id: string } | null): Promise<number> {
    const headers = {
      access_token: access,
      ...(room.proof ? { appsecret_proof: createHmac('sha256', room.appSecret).update(access).digest('hex') } : {}),
    }
    const { body } = await ask(async signal => anonymous === null
      ? await room.http.post('/v3.0/oa/message/cs', { recipient: { user_id: to.id }, message }, { signal, headers })
      : await room.http.post('/v2.0/oa/message', { recipient: anonymous, message }, { signal, headers }), clock)
    const code = Number(body['error'])
    // No number is no answer of Zalo's: 1 stands for "something else".
    return body['error'] === undefined || !Number.isInteger(code) ? 1 : code
  }

  function remember (once: string, parts: number): void {
    gone.delete(once)
    gone.set(once, parts)
    const oldest = gone.keys().next().value
    if (gone.size > mostRemembered && oldest !== undefined) gone.delete(oldest)
  }
}

function anonymousOf ({ id }: Address): { anonymous_id: string, conversation_id: string } | null {
  const [, anonymous_id, conversation_id] = /^anonymous:([\w-]+):([\w-]+)$/.exec(id) ?? []
  return anonymous_id === undefined || conversation_id === undefined ? null : { anonymous_id, conversation_id }
}
