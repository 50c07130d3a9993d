// A whole report, from the first word to the code, by whoever has a channel.
import { says } from '../../src/locales.ts'
import type { Resident } from '../people.ts'

/** What it takes to report. */
export type Reporter = Pick<Resident, 'writes' | 'presses' | 'sendsPhoto' | 'hears'>

const vi = says.vi
export const codePattern = /[0-9A-Z]{4}(-[0-9A-Z]{4}){5}/

/** A text of ours as a pattern: its first line, with blanks filled in any way. */
export function likeOurs (text: string): RegExp {
  return new RegExp((text.split('\n')[0] ?? '').replaceAll(/[.*+?^$()[\]|\\]/g, '\\$&').replaceAll(/\{\{\w+\}\}/g, '.*'))
}

/** From the menu to the last question before the tip is sent. */
export async function tells (who: Reporter, story: string, photo?: Uint8Array): Promise<void> {
  const asks = async (text: string): Promise<void> => { await who.hears(likeOurs(text)) }
  await who.writes('báo tin')
  await who.presses(vi('chat.report.dangerNo'))
  await who.hears(/Chuyện gì vậy/)
  await who.writes(story)
  await asks(vi('chat.report.suggested'))
  await who.presses(/^Ma túy$/)
  for (const question of ['unconscious', 'minors', 'marks'] as const) {
    await asks(vi(`categories.drugs.questions.${question}`))
    await who.presses(vi('chat.nav.skip'))
  }
  await asks(vi('chat.report.where'))
  await who.writes('phuong long xuyen')
  await asks(vi('chat.report.whereDetail'))
  await who.presses(vi('chat.nav.skip'))
  await asks(vi('chat.report.when'))
  await who.presses(vi('chat.report.whenToday'))
  await who.hears(/ảnh, video/)
  if (photo !== undefined) {
    await who.sendsPhoto(photo)
    await who.hears(/Đã nhận tệp \(1\/10\)/)
    await who.presses(/^Xong$/)
  } else await who.presses(/Không có tệp nào|^Xong$/)
  await who.hears(/ẩn danh/)
  await who.presses(new RegExp(`^(${vi('chat.report.identityOk')}|${vi('chat.report.anonymous')})$`))
  await who.hears(/xem lại trước khi gửi/)
}

/** Sends it, and returns the code. */
export async function sends (who: Reporter): Promise<string> {
  await who.presses(vi('chat.report.send'))
  const code = codePattern.exec(await who.hears(codePattern))?.[0]
  if (code === undefined) throw new Error('No code was heard.')
  return code
}
