// Bulletins from officers' chats: written, approved by another, watched, held and stopped there; and who is no officer learns nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeBulletinCode } from '../../src/bulletins/code.ts'
import { DeliveryCount } from '../../src/bulletins/delivery.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { Officer } from '../../src/staff/officer.ts'
import { endOfficer } from '../../src/staff/officers.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { subscribes } from '../bulletins/newsroom.ts'
import { onZaloBot } from '../channels/zalo-bot/resident.ts'
import { onZaloOa } from '../channels/zalo-oa/resident.ts'
import { onTelegram, onWebChat, type Resident } from '../people.ts'
import { aWorld, databases, until, type World } from '../world.ts'
import { anOfficer, linked, theBulletin, untilState, writesWarning } from './officers.ts'

const say = says.vi
const unknown = say('chat.repair.menu')

describe.each(databases)('on %s', database => {
  let world: World
  let number = 7000
  beforeAll(async () => { world = await aWorld({ database, environment: { TELEGRAM_RATE: '12' } }) }, 60_000)
  afterAll(async () => { await world.stop() })

  const somebody = async (): Promise<ReturnType<typeof onTelegram>> => {
    const who = onTelegram(world, ++number)
    await who.writes('menu')
    await who.hears(/Bạn cần gì/)
    return who
  }
  const staff = async (...given: Parameters<typeof linked> extends [unknown, unknown, ...infer Rest] ? Rest : never) => {
    const who = await somebody()
    return { who, officer: await linked(world, who, ...given) }
  }

  test('a code links one chat once, by a word or by a link, and tells what the officer can do; any other code says the same', async () => {
    const [mai, other] = [await somebody(), await somebody()]
    const { officer, code } = await anOfficer(world, 'duty-officer')
    await mai.writes('/link 0000000000000000')
    const wrong = await mai.hears(/Mã này không dùng được/)
    mai.person.opensLink(`officer-${code}`)
    const hello = await mai.hears(new RegExp(officer.name))
    expect(hello).toContain(say('officer.link.canWrite'))
    expect(hello).not.toContain(say('officer.link.canApprove'))
    await other.writes(`/link ${code}`)
    expect(await other.hears(/không dùng được/)).toBe(wrong)
    await mai.writes('/unlink')
    await mai.hears(/Đã thôi nối/)
    await mai.writes('/unlink')
    await mai.hears(new RegExp(unknown))
    expect(world.logged()).not.toContain(officer.name)
  })

  test('whoever tries codes has to wait, and a right one is not looked at meanwhile', async () => {
    const thief = await somebody()
    const { code } = await anOfficer(world, 'province-lead')
    for (let n = 0; n < 5; n++) await thief.writes(`/link ${n}000000000000000`)
    await thief.hears(/Thử lại sau 1 phút/)
    await thief.writes(`/link ${code}`)
    await thief.hears(/Thử lại sau/)
    await thief.writes('phát tin')
    await thief.hears(new RegExp(unknown))
  })

  test('to everybody else the words of officers are words like any others, also in the middle of a report', async () => {
    const stranger = await somebody()
    for (const text of ['/broadcast', 'phát tin', 'soạn tin', 'tin của tôi', '/bulletins', 'tiến độ', 'duyệt 1.1', '/unlink']) {
      await stranger.writes(text)
      await stranger.hears(new RegExp(unknown))
    }
    for (const data of ['tin:approve:1:1', 'tin:see:1', 'tin:stop:1', 'go:broadcast']) {
      const before = stranger.heard().length
      stranger.person.pressesOld(data)
      await until(() => stranger.heard().length > before)
      expect(stranger.heard().at(-1)).toBe(say('chat.menu.ask'))
    }
    await stranger.writes('báo tin')
    await stranger.presses(say('chat.report.dangerNo'))
    await stranger.presses(/Đánh bạc/)
    await stranger.writes('phát tin')
    await stranger.hears(/hung khí/)
    const page = onWebChat(world)
    await page.writes('chào')
    await page.writes('/broadcast')
    await page.hears(new RegExp(say('officer.link.onWeb').slice(0, 40)))
  })

  test('written by one, returned with a reason by a second on Zalo, mended, approved by a third: the resident has it, and each hears what became of it', async () => {
    const headline = 'Giả công an gọi video đòi tiền'
    const lan = await somebody()
    await subscribes(world.app.bulletins, { channel: 'telegram', id: String(lan.person.id) })
    const [writer, lead] = [await staff('commune-lead'), await staff('province-lead')]
    const zalo = onZaloOa(world, 9001)
    await zalo.writes('xin chào')
    await zalo.hears(/Bạn cần gì/)
    const second = await linked(world, zalo, 'commune-lead')

    await writesWarning(writer.who, headline)
    expect(writer.who.heard().join('\n')).toMatch(/Telegram: 1 gửi ngay[^]*Cộng: 1 người, 1 người sẽ nhận được/)
    await writer.who.presses(say('officer.broadcast.test'))
    await writer.who.hears(/GỬI THỬ/)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await writer.who.hears(/Đã trình TB-/)
    const { id, code, version } = await theBulletin(world, headline)

    // Nobody approves their own, by whatever way.
    await writer.who.writes(`duyệt ${id}.${version}`)
    await writer.who.hears(/Phải một cán bộ khác duyệt/)

    await zalo.hears(new RegExp(`${writeBulletinCode(code)} chờ bạn duyệt`))
    await zalo.presses(say('officer.approve.return'))
    await zalo.hears(/Vì sao trả lại/)
    await zalo.writes('Chưa nói gọi ai khi cần hỏi.')
    await zalo.hears(/Đã trả lại/)
    await writer.who.hears(new RegExp(`${second.name} trả lại tin .*Chưa nói gọi ai`))

    // A button from before the return approves nothing.
    await lead.who.hears(/chờ bạn duyệt/)
    await lead.who.presses(say('officer.approve.approve'))
    await lead.who.hears(new RegExp(`${second.name} đã trả lại tin`))

    await writer.who.presses(say('officer.broadcast.open'))
    await writer.who.presses(say('officer.broadcast.reviewChange'))
    await writer.who.presses(say('officer.broadcast.part.toDo'))
    await writer.who.hears(/Bà con cần làm gì\?/)
    await writer.who.writes('• Cúp máy.\n• Gọi 113 hỏi lại.')
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await writer.who.hears(/Đã trình/)

    await lead.who.hears(/chờ bạn duyệt/)
    // The button under the new version, not the one from before.
    await lead.who.hears(/Duyệt tin TB-.* không\?/)
    await lead.who.presses(say('officer.approve.approve'))
    await lead.who.hears(/Đã duyệt/)
    await writer.who.hears(new RegExp(`${lead.officer.name} đã duyệt`))
    expect(await lan.hears(/Giả công an gọi video/)).toContain('Gọi 113 hỏi lại')
    await zalo.writes(`duyệt ${id}.${(await theBulletin(world, headline)).version}`)
    await zalo.hears(new RegExp(`${lead.officer.name} đã duyệt tin`))
    for (const { who } of [writer, lead]) await until(() => who.heard().some(text => /đã gửi\n.*Giả công an[^]*100 %[^]*Đã nhận 1/.test(text)))
    expect(world.logged()).not.toContain(headline)
    expect(world.logged()).not.toContain(writer.officer.name)
  }, 60_000)

  test('of two who press at once, one approves and the other hears that it is done', async () => {
    const headline = 'Hai người bấm một lượt'
    const [writer, first, second] = [await staff('duty-officer'), await staff('province-lead'), await staff('province-lead')]
    await writesWarning(writer.who, headline)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await writer.who.hears(/Đã trình/)
    for (const { who } of [first, second]) await who.hears(/Duyệt tin .* không\?/)
    await Promise.all([first.who.presses(say('officer.approve.approve')), second.who.presses(say('officer.approve.approve'))])
    const both = async (): Promise<string[]> => [first, second].flatMap(({ who }) => who.heard().filter(text => /Đã duyệt TB-|đã duyệt tin TB-.* rồi/.test(text)))
    await until(async () => (await both()).length === 2)
    expect((await both()).filter(text => text.startsWith('Đã duyệt'))).toHaveLength(1)
    await untilState(world, headline, 'sent')
  }, 60_000)

  test('its progress changes in one message, through a restart; it is held, goes on, and is stopped when that was asked once more', async () => {
    const headline = 'Nước lên nhanh ở đầu nguồn'
    // Telegram refuses most of them, since they never wrote to the bot; it does so at the same pace, and that is an outcome too.
    for (let n = 0; n < 150; n++) await subscribes(world.app.bulletins, { channel: 'telegram', id: String(800_000 + n) })
    const [writer, lead] = [await staff('duty-officer'), await staff('province-lead')]
    await writesWarning(writer.who, headline)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await lead.who.presses(say('officer.approve.approve'))
    const live = (who: Resident): string[] => who.heard().filter(text => text.includes(`“${headline}”`) && text.includes('%'))
    await until(() => live(writer.who).some(text => /đang gửi[^]*[1-9]\d* %/.test(text)), 20_000)
    await writer.who.presses(say('officer.progress.pause'))
    await writer.who.hears(/Đã tạm dừng/)
    await until(() => live(lead.who).some(text => text.includes('tạm dừng')), 20_000)

    await world.restart()
    const message = live(lead.who).length
    await lead.who.presses(say('officer.progress.resume'))
    await lead.who.hears(/Gửi tiếp TB-/)
    await until(() => live(lead.who).some(text => text.includes('đang gửi')), 20_000)
    await lead.who.presses(say('officer.progress.stop'))
    await lead.who.hears(/Ai chưa nhận thì sẽ không nhận nữa/)
    await lead.who.presses(say('officer.progress.stopYes'))
    await lead.who.hears(/Đã dừng hẳn/)
    await until(() => [writer, lead].every(({ who }) => live(who).some(text => /đã dừng[^]*Kết thúc lúc/.test(text))), 20_000)
    expect(message).toBe(1)
    for (const { who } of [writer, lead]) expect(live(who)).toHaveLength(1)
    await writer.who.hears(new RegExp(`${lead.officer.name} đã dừng hẳn`))
    const { counts } = await progress(headline)
    expect(counts['stopped']).toBeGreaterThan(0)
    expect(counts['left']).toBeGreaterThan(0)
    await world.app.orm.em.fork().nativeDelete(Subscriber, {})
  }, 120_000)

  test('where a message can not be changed it is told at the start and at the end, and whoever asks how it is doing is told', async () => {
    const headline = 'Thử trên Zalo'
    const zalo = onZaloOa(world, 9002)
    await zalo.writes('xin chào')
    await zalo.hears(/Bạn cần gì/)
    await linked(world, zalo, 'province-lead')
    const writer = await staff('duty-officer')
    await writesWarning(writer.who, headline)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await zalo.presses(say('officer.approve.approve'))
    await zalo.hears(/Đã duyệt/)
    await zalo.hears(/Thử trên Zalo[^]*%/)
    await untilState(world, headline, 'sent')
    await until(() => zalo.heard().some(text => /đã gửi\n“Thử trên Zalo”/.test(text)))
    await zalo.writes('tiến độ')
    await zalo.hears(/Không có tin nào đang gửi/)
  }, 60_000)

  test('where there are no buttons the words to type stand under the bulletin', async () => {
    const headline = 'Duyệt bằng chữ'
    const bot = onZaloBot(world.zaloBot, 'bbbb0000cccc1111dddd')
    await bot.writes('xin chào')
    await bot.hears(/Bạn cần gì/)
    await linked(world, bot, 'province-lead')
    const writer = await staff('duty-officer')
    await writesWarning(writer.who, headline)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    const asked = await bot.hears(/Duyệt tin TB-.* không\?/)
    await bot.writes(/“(duyệt [\d.]+)”/.exec(asked)?.[1] ?? '')
    await bot.hears(/Đã duyệt TB-/)
    await untilState(world, headline, 'sent')
  }, 60_000)

  test('an alarm has its correction and its all-clear ready in all languages, and goes out at once when it is approved', async () => {
    const headline = 'Cháy kho hóa chất ở chợ'
    const [writer, lead, ba] = [await staff('duty-officer'), await staff('province-lead'), await somebody()]
    await subscribes(world.app.bulletins, { channel: 'telegram', id: String(ba.person.id) }, { topics: ['law'], level: 2 })
    const { who } = writer
    await who.writes('phát tin')
    await who.presses(say('bulletins.kinds.alarm'))
    const answers: [RegExp, string][] = [
      [/Tiêu đề\?/, headline], [/Nội dung:/, 'Khói độc đang lan về phía chợ.'], [/Bà con cần làm gì\?/, '• Đóng cửa, ở trong nhà.\n• Gọi 114.'], [/Mối nguy/, 'Khói độc'], [/Ở đâu\?/, 'Chợ Long Xuyên'], [/đến khi nào/, '12 tiếng'],
    ]
    for (const [question, answer] of answers) {
      await who.hears(question)
      await who.writes(answer)
    }
    await who.presses('Công an tỉnh An Giang')
    await who.hears(/bản đính chính/)
    await who.presses(say('officer.broadcast.sampleUse'))
    await who.hears(/báo hết nguy hiểm/)
    await who.presses(say('officer.broadcast.sampleUse'))
    await who.hears(/nơi nào/)
    await who.presses(say('chat.subscribe.areaAll'))
    await who.hears(/kênh nào/)
    await who.presses('Telegram')
    await who.presses(say('chat.nav.done'))
    await who.hears(/diễn tập\?/)
    await who.presses(say('officer.broadcast.exerciseReal'))
    await who.hears(/Làm gì tiếp/)
    await who.presses(say('officer.broadcast.reviewSubmit'))
    await lead.who.presses(say('officer.approve.approve'))
    await ba.hears(/BÁO ĐỘNG KHẨN[^]*Cháy kho hóa chất/)
    const { prepared } = (await theBulletin(world, headline)).content
    expect(Object.keys(prepared?.allClear ?? {}).sort()).toEqual(['en', 'km', 'vi'])
    expect(prepared?.correction.vi.headline).toBe(`Đính chính: ${headline}`)
    await untilState(world, headline, 'sent')
  }, 60_000)

  test('an exercise reaches officers and nobody else', async () => {
    const headline = 'Diễn tập báo lũ'
    const [writer, lead] = [await staff('duty-officer'), await staff('province-lead')]
    const ba = await somebody()
    await subscribes(world.app.bulletins, { channel: 'telegram', id: String(ba.person.id) })
    await writesWarning(writer.who, headline, { training: true })
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await lead.who.presses(say('officer.approve.approve'))
    await writer.who.hears(/DIỄN TẬP[^]*Diễn tập báo lũ[^]*Chỉ cán bộ/)
    await lead.who.hears(/DIỄN TẬP[^]*Diễn tập báo lũ[^]*Chỉ cán bộ/)
    await untilState(world, headline, 'sent')
    expect(ba.heard().filter(text => text.includes(headline))).toEqual([])
  }, 60_000)

  test('whoever has left can do nothing more, not even with what stands in their chat', async () => {
    const headline = 'Tin của người đã nghỉ'
    const [writer, lead] = [await staff('duty-officer'), await staff('province-lead')]
    await writesWarning(writer.who, headline)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await lead.who.hears(/Duyệt tin .* không\?/)
    await inTransaction(world.app.orm, async em => { await endOfficer(em, await em.findOneOrFail(Officer, { id: lead.officer.id }), new Date()) })
    const before = lead.who.heard().length
    await lead.who.presses(say('officer.approve.approve'))
    await until(() => lead.who.heard().length > before)
    expect(lead.who.heard().at(-1)).toBe(say('chat.menu.ask'))
    expect((await theBulletin(world, headline)).state).toBe('submitted')
  }, 60_000)

  test('a half-written bulletin outlives a restart, in the chat and among the drafts', async () => {
    const writer = await staff('duty-officer')
    await writer.who.writes('soạn tin')
    await writer.who.presses(say('bulletins.kinds.warning'))
    await writer.who.hears(/Tiêu đề\?/)
    await writer.who.writes('Coi chừng pin xe điện')
    await writer.who.hears(/Nội dung:/)
    await world.restart()
    await writer.who.writes('Sạc qua đêm dễ cháy.')
    await writer.who.hears(/Bà con cần làm gì\?/)
    await writer.who.writes('hủy')
    await writer.who.hears(/vẫn còn trong bản nháp/)
    await writer.who.writes('tin của tôi')
    await writer.who.hears(/Bản nháp của bạn:[^]*Coi chừng pin xe điện/)
    await writer.who.presses(/^Sửa tin TB-/)
    // What was written is not asked again.
    await writer.who.hears(/Bà con cần làm gì\?/)
    expect((await theBulletin(world, 'Coi chừng pin xe điện')).content.texts.vi.body).toBe('Sạc qua đêm dễ cháy.')
  }, 60_000)

  test('anybody can ask on every channel whether a bulletin is genuine', async () => {
    const headline = 'Tin để hỏi thật giả'
    const [writer, lead] = [await staff('duty-officer'), await staff('province-lead')]
    await writesWarning(writer.who, headline)
    await writer.who.presses(say('officer.broadcast.reviewSubmit'))
    await lead.who.presses(say('officer.approve.approve'))
    await untilState(world, headline, 'sent')
    const written = writeBulletinCode((await theBulletin(world, headline)).code)
    const channels: Resident[] = [await somebody(), onWebChat(world), onZaloOa(world, 9003), onZaloBot(world.zaloBot, 'aaaa0000bbbb1111cccc')]
    for (const who of channels) {
      await who.writes('chào')
      await who.writes(`/genuine ${written}`)
      await who.hears(/TIN THẬT, còn giá trị[^]*Công an tỉnh An Giang[^]*Tin để hỏi thật giả/)
      await who.writes(`kiểm tra tin ${written.toLowerCase()}`)
      await who.hears(/TIN THẬT/)
      await who.writes(written)
      await who.hears(/TIN THẬT/)
      await who.writes('/that')
      await who.hears(/Gõ mã của tin/)
      await who.writes('TB-0000-000')
      await who.hears(/KHÔNG CÓ TIN NÀO/)
    }
  }, 120_000)

  async function progress (headline: string): Promise<{ counts: Record<string, number> }> {
    const { id } = await theBulletin(world, headline)
    const rows = await world.app.orm.em.fork().find(DeliveryCount, { bulletinId: id })
    return { counts: Object.fromEntries(rows.map(({ state, n }) => [state, n])) }
  }
})
