// The Zalo app in a chat with the bot: words, pictures and voice notes, and no buttons at all.
import type { ZaloBotStub } from '../stubs/zalo-bot.ts'
import { cannot, makePhone, offer, sendable, type Phone } from './phone.ts'

export function botPhone (zalo: ZaloBotStub): Phone {
  return makePhone('zalo-bot', (n, name) => {
    const id = `6ede9afa66b88fe6d6${(0xa9 + n).toString(16)}`
    const person = zalo.person(id, name)
    let blocked = false
    return {
      id,
      somebody: {
        said: () => person.heard.map(({ messageId, text, at }) => ({ key: messageId, text, at })),
        silent: () => blocked ? 'You blocked this bot.' : null,
        does (act, sent) {
          switch (act.do) {
            case 'write': person.writes(act.text); return { mine: act.text }
            case 'send':
              if (sent === undefined) throw new Error('There is no file.')
              if (act.what === 'photo') person.sendsPhoto(sent.bytes, act.caption)
              else if (act.what === 'voice') person.sendsVoice(sent.bytes)
              else person.sendsFile()
              return { mine: act.caption ?? '', file: sent.shown }
            // A bot is told no more than that there was something.
            case 'locate': person.sendsFile(); return { mine: '📍' }
            case 'sticker': person.sendsSticker(); return { mine: '🐯' }
            case 'protected': person.sendsUnderProtection(); return { note: 'wrote something, but Zalo protects them: the bot is told neither what nor who (message.unsupported.received)' }
            case 'block': person.blocks(); blocked = true; return { note: 'blocked the bot; it is not told' }
            case 'unblock': person.unblocks(); blocked = false; return { note: 'lets the bot write again' }
            default: return cannot(act)
          }
        },
        offers: () => [
          ...sendable,
          offer.account('Write as somebody Zalo protects', { do: 'protected' }),
          blocked ? offer.account('Unblock', { do: 'unblock' }) : offer.account('Block', { do: 'block' }),
        ],
      },
    }
  })
}
