// Officers of a world, with the chats they work from.
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { Officer } from '../../src/staff/officer.ts'
import { addOfficer, linkCode } from '../../src/staff/officers.ts'
import type { Role } from '../../src/staff/roles.ts'
import type { Resident } from '../people.ts'
import { until, type World } from '../world.ts'

const say = says.vi
let people = 0

/** Somebody the operator added just now, and the code they were given. */
export async function anOfficer (world: World, role: Role, localities: string[] = []): Promise<{ officer: Officer, code: string }> {
  const { orm, keys, clock, random } = world.app.bulletins
  return await inTransaction(orm, async em => {
    const officer = await addOfficer(em, { name: `Cán bộ Thử ${++people}`, role, localities })
    return { officer, code: await linkCode(em, keys, officer, clock(), random) }
  })
}

/** The same, with the chat linked. */
export async function linked (world: World, who: Resident, role: Role, localities: string[] = []): Promise<Officer> {
  const { officer, code } = await anOfficer(world, role, localities)
  await who.writes(`/link ${code}`)
  await who.hears(new RegExp(officer.name))
  return officer
}

/** From the first word to the review: a warning written by hand. */
export async function writesWarning (who: Resident, headline: string, { channels = 'Telegram', training = false }: { channels?: string, training?: boolean } = {}): Promise<void> {
  await who.writes('phát tin')
  await who.hears(/Soạn loại tin nào|bản nháp đang dở/)
  if (who.heard().at(-1)?.includes('đang dở') === true) await who.presses(say('officer.broadcast.beginNew'))
  await who.presses(say('bulletins.kinds.warning'))
  await who.hears(/Tiêu đề\?/)
  await who.writes(headline)
  await who.hears(/Nội dung:/)
  await who.writes('Kẻ gian mặc cảnh phục, gọi video, đọc đúng tên và dọa bắt.')
  await who.hears(/Bà con cần làm gì\?/)
  await who.writes('• Cúp máy.\n• Ra công an xã hỏi lại.')
  await who.hears(/Mối nguy là gì/)
  await who.writes('Lừa đảo qua điện thoại')
  await who.hears(/Ở đâu\?/)
  await who.writes('Toàn tỉnh')
  await who.hears(/có giá trị đến khi nào/)
  await who.writes('48 giờ')
  await who.hears(/Ai phát tin/)
  await who.presses('Công an tỉnh An Giang')
  await who.hears(/chủ đề nào/)
  await who.presses(say('chat.subscribe.topic.scams'))
  await who.presses(say('chat.nav.done'))
  await who.hears(/nơi nào/)
  await who.presses(say('chat.subscribe.areaAll'))
  await who.hears(/kênh nào/)
  await who.presses(channels)
  await who.presses(say('chat.nav.done'))
  await who.hears(/Gửi lúc nào/)
  await who.presses(say('officer.broadcast.whenNowLabel'))
  await who.hears(/diễn tập\?/)
  await who.presses(say(training ? 'officer.broadcast.exerciseTraining' : 'officer.broadcast.exerciseReal'))
  await who.hears(/Làm gì tiếp/)
}

/** The bulletin that bears this headline, as it stands now. */
export async function theBulletin (world: World, headline: string): Promise<Bulletin> {
  const all = await world.app.orm.em.fork().find(Bulletin, {}, { orderBy: { id: 'desc' } })
  const found = all.find(({ content }) => content.texts.vi.headline === headline)
  if (found === undefined) throw new Error(`There is no bulletin called ${headline}.`)
  return found
}

export async function untilState (world: World, headline: string, state: Bulletin['state'], ms = 20_000): Promise<void> {
  await until(async () => (await theBulletin(world, headline)).state === state, ms)
}
