// What residents come for: a report from the first word to the code, coming back with it, and everything else people write.
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import type { TextKey } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { likeOurs, sends, tells } from '../process/report.ts'
import type { Dice } from './dice.ts'
import type { Page } from './page.ts'
import type { Shown } from './phone.ts'
import type { PatientResident } from './resident.ts'

const vi = says.vi

const kinds = ['a report', 'a report with a photo', 'a report, and more to it', 'other things'] as const
export type Kind = typeof kinds[number]

export const ways = ['web chat', 'web chat, sealed', 'Telegram', 'Zalo OA', 'Zalo Bot'] as const
export type Way = typeof ways[number]
/** The ways on which somebody talks with us. */
export type ChatWay = Exclude<Way, 'web chat, sealed'>
export const chatWays = ways.filter(way => way !== 'web chat, sealed')

/** What people come for on each way. A Zalo Bot says no more than ten messages a second: there they do not come for everything. */
export function kindsOn (way: Way): readonly Kind[] {
  if (way === 'web chat, sealed') return ['a report']
  return way === 'Zalo Bot' ? ['a report with a photo', 'a report, and more to it'] : kinds
}

/** One resident's visit, and all that is to be checked of it. Milliseconds since 1970. */
export interface Visit {
  way: Way
  kind: Kind
  /** Of this visit alone: by it the tip is known again. Null: nothing is reported. */
  story: string | null
  more: string | null
  photo: Uint8Array | null
  /** They have said "send". */
  sent: boolean
  /** As they read it. */
  code: string | null
  over: boolean
  /** What went wrong for them. */
  trouble: string | null
  waitingSince (): number | null
  /** What stood on the screen when they left; empty for a page that seals. */
  read (): Shown[]
  /** Comes back with a code, on this way: true when it opens a tip. */
  comesBack (code: string): Promise<boolean>
  close (): void
}

/** Letters only and always as many: a text is cut and numbered the same for everybody. */
export function storyOf (number: number): { story: string, more: string } {
  const name = [...String(number).padStart(5, '0')].map(digit => 'bcdghklmnp'.charAt(Number(digit))).join('')
  return { story: `Kho giấu ma túy trong vựa lúa đầu kinh ${name}`, more: `Biển số xe ghi trên tường nhà ${name}` }
}

export async function photoOf (dice: Dice, story: string): Promise<Uint8Array> {
  const background = { r: dice.below(256), g: dice.below(256), b: dice.below(256) }
  return await sharp({ create: { width: 64, height: 48, channels: 3, background } }).jpeg().withExif({ IFD0: { Artist: story } }).toBuffer()
}

/** Goes through a visit in a chat. @param dice for the pauses between what they do */
export async function talks (visit: Visit, who: PatientResident, dice: Dice): Promise<void> {
  const hurried = slowly(who, dice)
  if (visit.story === null) return await asksAround(hurried)
  await tells(hurried, visit.story, visit.photo ?? undefined)
  visit.sent = true
  visit.code = await sends(hurried)
  await hurried.hears(likeOurs(vi('chat.report.next')))
  await hurried.writes(`mã ${visit.code}`)
  await hurried.hears(likeOurs(vi('chat.followUp.noMessages')))
  await hurried.hears(likeOurs(vi('chat.followUp.next')))
  if (visit.more === null) {
    await hurried.presses(vi('chat.followUp.finish'))
  } else {
    await hurried.presses(vi('chat.followUp.add'))
    await hurried.hears(likeOurs(vi('chat.followUp.more')))
    await hurried.writes(visit.more)
    await hurried.hears(likeOurs(vi('chat.followUp.moreFiles')))
    await hurried.presses(vi('chat.nav.noFiles'))
    await hurried.hears(likeOurs(vi('chat.followUp.added')))
  }
  await hurried.hears(likeOurs(vi('chat.menu.ask')))
}

/** Reports on the page that seals. */
export async function seals (visit: Visit, page: Page): Promise<void> {
  visit.sent = true
  visit.code = await page.sendsTip(visit.story ?? '')
  if (await page.opens(visit.code) === null) throw new Error('The code opened nothing.')
}

/** Writes the code to us, and reads how the tip stands. */
export async function writesCode (who: PatientResident, code: string): Promise<boolean> {
  await who.writes(`mã ${code}`)
  const said = await who.hears(new RegExp(`${likeOurs(vi('chat.followUp.state')).source}|${likeOurs(vi('chat.followUp.notFound')).source}`))
  return likeOurs(vi('chat.followUp.state')).test(said)
}

async function asksAround (who: PatientResident): Promise<void> {
  const does = async (act: Promise<void>, ...heard: TextKey[]): Promise<void> => {
    await act
    for (const key of heard) await who.hears(likeOurs(vi(key)))
  }
  await does(who.writes('xin chào'), 'chat.welcome.language', 'chat.menu.ask')
  await does(who.writes('trợ giúp'), 'chat.help.what', 'chat.menu.ask')
  await does(who.writes('nhận tin'), 'chat.subscribe.intro')
  await does(who.presses(vi('chat.subscribe.agree')), 'chat.subscribe.level')
  await does(who.presses(vi('chat.subscribe.levelAll')), 'chat.subscribe.topics')
  await does(who.presses(vi('chat.subscribe.topic.scams')), 'chat.subscribe.topics')
  await does(who.presses(new RegExp(`^${vi('chat.nav.done')}$`)), 'chat.subscribe.area')
  await does(who.presses(vi('chat.subscribe.areaAll')), 'chat.subscribe.frequency')
  await does(who.presses(vi('chat.subscribe.frequencyAtOnce')), 'chat.subscribe.quiet')
  await does(who.presses(vi('chat.subscribe.quietNight')), 'chat.menu.ask')
  await does(who.writes('Ông Bảy hàng xóm hay nói xấu chính quyền trên Facebook'), 'chat.report.scope', 'chat.menu.ask')
  await does(who.writes('dữ liệu của tôi'), 'chat.myData.held', 'chat.myData.ask')
  await does(who.presses(vi('chat.myData.keep')), 'chat.menu.ask')
}

/** Reads before answering, now faster, now slower; everybody in their own way, so that they do not walk in step. */
function slowly (who: PatientResident, dice: Dice): PatientResident {
  const reads = async (): Promise<void> => { await pause(dice.between(0, 150)) }
  return {
    ...who,
    async writes (text) { await reads(); await who.writes(text) },
    async presses (label) { await reads(); await who.presses(label) },
    async sendsPhoto (bytes) { await reads(); await who.sendsPhoto(bytes) },
  }
}
