// The people of the town: on every way several at once, one after the other, until nobody new is let in.
import { setTimeout as pause } from 'node:timers/promises'
import { browser } from './browser.ts'
import type { Dice } from './dice.ts'
import { page } from './page.ts'
import { telegramPhone, zaloBotPhone, zaloOaPhone, type Phone } from './phone.ts'
import { patient, type Patience } from './resident.ts'
import type { Town } from './town.ts'
import { kindsOn, photoOf, seals, storyOf, talks, ways, writesCode, type ChatWay, type Kind, type Visit, type Way } from './visits.ts'

export interface Crowd {
  visits: Visit[]
  /** Requests of browsers that were answered with a refusal or an error: path and status, and how often. */
  refused: Record<string, number>
  /** One more visit; resolves when it is over, well or not. */
  visit (way: Way, kind: Kind): Promise<Visit>
  /** From now on `each` people at once on every way. */
  gather (each: number): void
  /** Nobody new; resolves when everybody who is there has left. */
  disperse (): Promise<void>
  /** Somebody new opens the page, and a tip with this code: its id, or null. */
  opens (code: string): Promise<string | null>
  /** Somebody new writes somebody's code on this way: true when it opens a tip. */
  tries (way: ChatWay, code: string): Promise<boolean>
  close (): void
}

export function crowdOf (town: Town, dice: Dice, patience: Patience): Crowd {
  const visits: Visit[] = []
  const phones: Phone[] = []
  const walking: Promise<void>[] = []
  const refused: Record<string, number> = {}
  const refuse = (what: string): void => { refused[what] = (refused[what] ?? 0) + 1 }
  let open = false
  let number = 0

  function phoneOn (way: ChatWay, n: number): Phone {
    const phone = {
      'web chat': () => browser(town.url, addressOf(n), refuse),
      Telegram: () => telegramPhone(town.telegram.person({ id: 700_000 + n, languageCode: 'vi' })),
      'Zalo OA': () => zaloOaPhone(town.zaloOa.person(`2468${String(n).padStart(15, '0')}`)),
      'Zalo Bot': () => zaloBotPhone(town.zaloBot.person(`6ede9afa66b8${String(n).padStart(8, '0')}`)),
    }[way]()
    phones.push(phone)
    return phone
  }

  async function visit (way: Way, kind: Kind): Promise<Visit> {
    const n = ++number
    const own = dice.forked(n)
    const { story, more } = storyOf(n)
    const told: Pick<Visit, 'story' | 'more' | 'photo'> = {
      story: kind === 'other things' ? null : story,
      more: kind === 'a report, and more to it' ? more : null,
      photo: kind === 'a report with a photo' ? await photoOf(own, story) : null,
    }
    const begun = { way, kind, ...told, sent: false, code: null, over: false, trouble: null }
    if (way === 'web chat, sealed') {
      const here = page(town.url, addressOf(n), refuse, patience.over)
      let since: number | null = Date.now()
      const one: Visit = { ...begun, waitingSince: () => since, read: () => [], comesBack: async code => await here.opens(code) !== null, close () {} }
      await lives(one, async () => {
        await seals(one, here)
        patience.answered(since ?? Date.now())
      })
      since = null
      return one
    }
    const who = patient(phoneOn(way, n), patience)
    const one: Visit = { ...begun, waitingSince: who.waitingSince, read: who.phone.shown, comesBack: async code => await writesCode(who, code), close: who.phone.close }
    await lives(one, async () => { await talks(one, who, own) })
    return one
  }

  async function lives (one: Visit, going: () => Promise<void>): Promise<void> {
    visits.push(one)
    try {
      await going()
    } catch (error) {
      one.trouble = error instanceof Error ? error.message : String(error)
    }
    one.over = true
  }

  /** One after the other; everything that people come for equally often. */
  async function walk (way: Way, own: Dice): Promise<void> {
    let coming: Kind[] = []
    while (open) {
      if (coming.length === 0) coming = own.shuffled(kindsOn(way))
      await visit(way, coming.pop() ?? 'a report')
      // A page that seals is quick: half a minute's typing is left out, not all of it.
      await pause(way === 'web chat, sealed' ? own.between(500, 4000) : own.between(0, 400))
    }
  }

  return {
    visits,
    refused,
    visit,
    opens: async code => await page(town.url, addressOf(++number), refuse, patience.over).opens(code),
    gather (each) {
      open = true
      for (const [index, way] of ways.entries()) for (let n = 0; n < each; n++) walking.push(walk(way, dice.forked(-1 - index * 100 - n)))
    },
    async disperse () {
      open = false
      await Promise.all(walking)
    },
    tries: async (way, code) => await writesCode(patient(phoneOn(way, ++number), patience), code),
    close () {
      open = false
      for (const phone of phones) phone.close()
    },
  }
}

/** In a private network: our proxy says whom it speaks for. */
const addressOf = (n: number): string => `10.${n >> 16 & 255}.${n >> 8 & 255}.${n & 255}`
