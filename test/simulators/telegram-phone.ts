// Telegram in a chat with the bot: buttons under messages, the button that shares a location, the commands menu.
import { parseHtml } from '../stubs/telegram/html.ts'
import type { Heard } from '../stubs/telegram/platform.ts'
import type { TelegramStub } from '../stubs/telegram.ts'
import { cannot, here, makePhone, offer, pressed, sendable, type Own, type Phone, type Said } from './phone.ts'
import type { Act, ButtonShown, OfferShown } from './shown.ts'

export function telegramPhone (telegram: TelegramStub): Phone {
  return makePhone('telegram', (n, name, language) => {
    const id = 5001 + n
    const person = telegram.person({ id, firstName: name, languageCode: language })
    const state = { blocked: false, gone: false }

    function press (act: Act & { do: 'press' }): Own {
      const message = pressed(person.heard, act.line)
      const button = message.buttons.flat()[act.button]
      if (button === undefined) throw new Error('There is no such button.')
      person.pressesOn(message, button)
      return { note: `pressed “${button.text}”` }
    }

    return {
      id: String(id),
      somebody: {
        said: () => person.heard.map(said),
        silent: () => state.gone ? 'This account is deleted.' : state.blocked ? 'You blocked this bot.' : null,
        locationKey: () => person.locationKey() ?? null,
        does (act, sent) {
          switch (act.do) {
            case 'write': person.writes(act.text); return { mine: act.text }
            case 'press': return press(act)
            case 'send': {
              if (sent === undefined) throw new Error('There is no file.')
              if (act.what === 'photo') person.sendsPhoto(sent.bytes, act.caption === undefined ? {} : { caption: act.caption })
              else if (act.what === 'voice') person.sendsVoice(sent.bytes)
              else person.sendsDocument(sent.bytes, { name: sent.name, ...(act.caption === undefined ? {} : { caption: act.caption }) })
              return { mine: act.caption ?? '', file: sent.shown }
            }
            case 'locate': person.sharesLocation(here.lat, here.lng); return { mine: `📍 ${here.name}` }
            case 'sticker': person.sendsSticker(); return { mine: '👍' }
            case 'block': person.blocks(); state.blocked = true; return { note: 'stopped and blocked the bot (my_chat_member)' }
            case 'unblock': person.unblocks(); state.blocked = false; return { note: 'unblocked the bot (my_chat_member)' }
            case 'vanish': telegram.deactivates(id); state.gone = true; return { note: 'deleted their account' }
            default: return cannot(act)
          }
        },
        offers: () => [
          ...sendable,
          ...commands(telegram, language),
          ...state.gone ? [] : [
            state.blocked ? offer.account('Unblock', { do: 'unblock' }) : offer.account('Stop and block', { do: 'block' }),
            offer.account('Delete the account', { do: 'vanish' }),
          ],
        ],
      },
    }
  })
}

function said (one: Heard): Said {
  const copy = one.payload['parse_mode'] === 'HTML' ? /<code>([^]*?)<\/code>/.exec(String(one.payload['text']))?.[1] : undefined
  const plain = copy === undefined ? undefined : parseHtml(copy)
  return {
    key: String(one.messageId), text: one.text, at: one.at,
    ...(plain?.ok === true ? { copy: plain.text } : {}),
    ...(one.buttons.length === 0 ? {} : { buttons: one.buttons.map(row => row.map(shownButton)) }),
  }
}

function shownButton ({ text, url, style }: Heard['buttons'][number][number]): ButtonShown {
  return { label: text, ...(url === undefined ? {} : { href: url }), ...(style === 'danger' || style === 'primary' ? { tone: style } : {}) }
}

/** As the program set them for this language; those of no language for all others. */
function commands (telegram: TelegramStub, language: string): OfferShown[] {
  const own = telegram.commands(language)
  return (own.length > 0 ? own : telegram.commands('')).map(({ command, description }) =>
    ({ label: `/${command} · ${description}`, act: { do: 'write', text: `/${command}` }, kind: 'command', ...(command === 'start' ? { first: true } : {}) }))
}
