// The Zalo app in a chat with the Official Account.
import type { Button } from '../stubs/zalo-oa/platform.ts'
import type { ZaloOaStub } from '../stubs/zalo-oa.ts'
import { cannot, here, makePhone, offer, pressed, sendable, type Own, type Phone, type Said } from './phone.ts'
import type { Act, ButtonShown } from './shown.ts'

/** @param display `dropsButtons`: Zalo shows the text of a message and not its buttons (zalo.md 3.3: seen, not documented) */
export function oaPhone (zalo: ZaloOaStub, display: { dropsButtons: boolean }): Phone {
  return makePhone('zalo-oa', n => {
    const id = `2468013579246801${String(357 + n)}`
    const person = zalo.person(id)
    const state = { follows: false, blocked: false }
    const said = (): Said[] => person.heard.map(({ messageId, text, buttons, at }) => ({
      key: messageId, text, at,
      ...(buttons.length === 0 || display.dropsButtons ? {} : { buttons: buttons.map(button => [shownButton(button)]) }),
    }))

    function press (act: Act & { do: 'press' }): Own {
      const button = pressed(person.heard, act.line).buttons[act.button]
      if (button === undefined) throw new Error('There is no such button.')
      if (!button.type.startsWith('oa.query.')) throw new Error('This button opens something outside the chat.')
      person.writes(String(button.payload))
      return button.type === 'oa.query.show' ? { mine: String(button.payload) } : { note: `pressed “${button.title}”: its payload went as a text the chat does not show` }
    }

    return {
      id,
      somebody: {
        said,
        silent: () => null,
        does (act, sent) {
          switch (act.do) {
            case 'write': person.writes(act.text); return { mine: act.text }
            case 'press': return press(act)
            case 'send': {
              if (sent === undefined) throw new Error('There is no file.')
              if (act.what === 'photo') person.sendsPhoto(sent.bytes, act.caption)
              else if (act.what === 'voice') person.sendsVoice(sent.bytes)
              else person.sendsFile(sent.bytes, sent.name)
              return { mine: act.caption ?? '', file: sent.shown }
            }
            case 'locate': person.sharesLocation(here.lat, here.lng, here.name); return { mine: `📍 ${here.name}` }
            case 'sticker': person.sendsSticker(); return { mine: '🐯' }
            case 'follow': person.follows(); state.follows = true; return { note: 'follows the account (follow)' }
            case 'unfollow': person.unfollows(); state.follows = false; return { note: 'does not follow the account any more (unfollow)' }
            case 'open': person.opensChat(); return { note: 'opened the chat without a word (user_click_chatnow)' }
            case 'withdraw': person.withdraws(); return { note: 'asked Zalo to have their data deleted (user_withdraw)' }
            case 'block': person.blocks(); state.blocked = true; return { note: 'wants no messages of this account; the account is not told' }
            case 'unblock': person.unblocks(); state.blocked = false; return { note: 'lets the account write again' }
            default: return cannot(act)
          }
        },
        offers: () => [
          ...sendable,
          { ...state.follows ? offer.account('Unfollow', { do: 'unfollow' }) : offer.account('Follow', { do: 'follow' }), first: true },
          { ...offer.account('Open the chat', { do: 'open' }), first: true },
          state.blocked ? offer.account('Unblock', { do: 'unblock' }) : offer.account('Block messages', { do: 'block' }),
          offer.account('Withdraw consent', { do: 'withdraw' }),
        ],
      },
    }
  })
}

function shownButton ({ title, type, payload }: Button): ButtonShown {
  const inside = typeof payload === 'object' && payload !== null ? payload as Record<string, unknown> : {}
  if (type === 'oa.open.url') return { label: title, href: String(inside['url']) }
  return type === 'oa.open.phone' || type === 'oa.open.sms' ? { label: title, href: `${type === 'oa.open.sms' ? 'sms' : 'tel'}:${String(inside['phone_code'])}` } : { label: title }
}
