// Officers write a bulletin in chat: what they are asked, in which order, and what is handed over; without a wire or a database.
import { describe, expect, test } from 'vitest'
import { officerChoice, officerVerbs, typedVerb } from '../../src/bulletins/officer-choices.ts'
import { commandIn } from '../../src/conversation/commands.ts'
import { languages, type Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { days, hours } from '../../src/clock.ts'
import type { Handed } from '../../src/flows/staff-acts.ts'
import { staffScript } from '../../src/flows/staff-script.ts'
import { aChat, type Chat, type ChatOptions } from '../conversation/chat.ts'

const say = says.vi
const desk = { may: ['write', 'submit', 'send'], places: [] as { code: string, name: string }[], channels: ['web-chat', 'telegram', 'zalo-oa'], drafts: [] as object[] }
const longXuyen = { code: '30307', name: 'Phường Long Xuyên' }
/** A Tuesday, ten o'clock, and some seconds later with each thing that is done. */
const today = '2026-11-24'

interface Office extends Chat { handed (): Handed }

function office (change: Partial<typeof desk> = {}, { problems = [], ...more }: ChatOptions & { problems?: { text: string, part: string }[] } = {}): Office {
  const chat = aChat({
    script: staffScript,
    ...more,
    acts: {
      desk: () => ({ ...desk, ...change }) as never,
      keepDraft: () => ({ id: 7 }),
      weighBulletin: () => ({ id: 7, version: 3, problems, shown: [{ text: 'Bà con sẽ thấy' }] }),
      submitBulletin: () => ({ code: 'TB-K7M2-Q4H', told: 2 }),
      dropDraft: () => true,
      ...more.acts,
    },
  })
  chat.sends({ kind: 'start' })
  return { ...chat, get state () { return chat.state }, handed: () => chat.acts.findLast(({ name }) => name === 'weighBulletin' || name === 'keepDraft')?.give as unknown as Handed }
}

/** By hand, as far as its source. */
function writes (chat: Chat, language: Language, kind: 'warning' | 'alarm'): void {
  const words = says[language]
  chat.says('/broadcast')
  chat.presses(words(`bulletins.kinds.${kind}`))
  for (const text of ['Giả công an gọi video', 'Kẻ gian đọc đúng tên và dọa bắt.', '• Cúp máy.', 'Lừa đảo', 'Chợ Long Xuyên', language === 'vi' ? '18h hôm nay' : language === 'en' ? '6pm today' : 'ថ្ងៃនេះ ម៉ោង 18']) chat.says(text)
  chat.presses('Công an tỉnh An Giang')
}

describe.each(languages)('a warning by hand in %s', language => {
  const words = says[language]
  test('is asked for part by part, told back, and handed in', () => {
    const chat = office({}, { language })
    writes(chat, language, 'warning')
    chat.presses(words('chat.subscribe.topic.scams'))
    chat.presses(words('chat.nav.done'))
    chat.presses(words('chat.subscribe.areaAll'))
    chat.presses(words('officer.broadcast.channelsAll'))
    chat.presses(words('chat.nav.done'))
    chat.says('thứ hai hằng tuần 7:30')
    chat.presses(words('officer.broadcast.holidaysNo'))
    expect(chat.heard()).toContain(words('officer.broadcast.whenNoHolidays'))
    chat.presses(words('officer.broadcast.exerciseReal'))
    expect(chat.handed()).toMatchObject({
      id: 7, samples: [], hasAudience: true,
      writing: {
        content: { kind: 'warning', texts: { vi: { headline: 'Giả công an gọi video', body: 'Kẻ gian đọc đúng tên và dọa bắt.', toDo: '• Cúp máy.' } }, source: 'Công an tỉnh An Giang', hazard: 'Lừa đảo', place: 'Chợ Long Xuyên', validUntil: `${today}T11:00:00.000Z`, prepared: null },
        audience: { topics: ['scams'], localities: [], channels: desk.channels },
        training: false, rule: { kind: 'cron', cron: '30 7 * * 1', skipHolidays: true },
      },
    })
    chat.presses(words('officer.broadcast.reviewSubmit'))
    expect(chat.acts.at(-1)).toEqual({ name: 'submitBulletin', give: { id: 7, version: 3 } })
    expect(chat.heard()).toBe(words('officer.broadcast.submitted', { code: 'TB-K7M2-Q4H', n: 2 }))
    expect(chat.state.standing).toBeNull()
  })

  test('an alarm has its correction and all-clear ready, goes to everybody in its places, and nobody is asked when', () => {
    const chat = office({}, { language })
    writes(chat, language, 'alarm')
    expect(chat.heard()).toContain(words('officer.broadcast.sample.correctionBody'))
    chat.presses(words('officer.broadcast.sampleUse'))
    chat.says('Đã hết khói\nKhông còn nguy hiểm.\n• Có thể ra ngoài.')
    chat.presses(words('chat.subscribe.areaAll'))
    chat.presses(words('officer.broadcast.channelsAll'))
    chat.presses(words('chat.nav.done'))
    chat.presses(words('officer.broadcast.exerciseTraining'))
    expect(chat.handed()).toMatchObject({
      samples: ['correction'],
      writing: {
        content: { prepared: { allClear: { vi: { headline: 'Đã hết khói', body: 'Không còn nguy hiểm.', toDo: '• Có thể ra ngoài.' } } } },
        audience: { topics: ['warnings'] }, training: true, rule: null,
      },
    })
  })
})

describe('from the library', () => {
  test('one is chosen by topic, page after page, and taken with its law, its source and all its languages', () => {
    const chat = office()
    chat.says('soạn tin')
    chat.presses(say('bulletins.kinds.lesson'))
    chat.presses(say('officer.broadcast.howLibrary'))
    chat.presses(/^Lừa đảo \(21 bài\)/)
    chat.presses(say('officer.broadcast.entryMore'))
    chat.presses(/^Dọa khóa SIM/)
    expect(chat.heard()).toMatch(/Căn cứ: [^]*kiểm tra lại ngày/)
    chat.presses(say('officer.broadcast.takeOther'))
    chat.presses(/^Lừa đảo/)
    chat.presses(/^Tin nhắn “hoàn tiền điện”/)
    chat.presses(say('officer.broadcast.takeYes'))
    const { writing } = chat.handed()
    expect(writing.libraryId).toBe('B06')
    expect(Object.keys(writing.content.texts)).toEqual(['vi', 'en'])
    expect(writing.content.law).not.toBeNull()
    // Only for whom and when is left to ask.
    chat.presses(/^Như trong thư viện: Lừa đảo/)
    chat.presses(say('chat.subscribe.areaAll'))
    chat.presses(say('officer.broadcast.channel.telegram'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('officer.broadcast.whenNowLabel'))
    chat.presses(say('officer.broadcast.exerciseReal'))
    expect(chat.buttons()).toContain(say('officer.broadcast.reviewSubmit'))
  })

  test('one is chosen for days that are coming; words that were changed leave the other languages behind', () => {
    const chat = office()
    chat.says('soạn tin')
    chat.presses(say('bulletins.kinds.lesson'))
    chat.presses(say('officer.broadcast.howComing'))
    chat.presses(/Tết Nguyên đán/)
    chat.presses(/^Phòng cháy trong nhà/)
    chat.presses(say('officer.broadcast.takeYes'))
    chat.presses(/^Như trong thư viện/)
    chat.presses(say('chat.subscribe.areaAll'))
    chat.presses(say('officer.broadcast.channel.telegram'))
    chat.presses(say('chat.nav.done'))
    chat.says('mùng một tết')
    expect(chat.heard()).toContain(say('officer.broadcast.whenUnclear'))
    chat.says('22/1 6h')
    expect(chat.heard()).toContain('thứ sáu, 06:00 ngày 22/01/2027')
    chat.presses(say('officer.broadcast.exerciseReal'))
    chat.presses(say('officer.broadcast.reviewChange'))
    chat.presses(say('officer.broadcast.part.headline'))
    chat.says('Phòng cháy ngày Tết')
    expect(chat.handed().writing.content.texts).toMatchObject({ vi: { headline: 'Phòng cháy ngày Tết', toDo: expect.stringContaining('•') as string } })
    expect(chat.handed().writing.content.texts.en).toBeUndefined()
    expect(chat.handed().writing.rule).toMatchObject({ kind: 'once', at: '2027-01-21T23:00:00.000Z' })
  })
})

describe('for whom', () => {
  const reaches = (chat: Chat): void => {
    writes(chat, 'vi', 'warning')
    chat.presses(say('chat.subscribe.topicsAll'))
    chat.presses(say('chat.nav.done'))
  }

  test('communes are taken by name, old ones too; whatever is unclear is told all at once, and nothing is guessed', () => {
    const chat = office()
    reaches(chat)
    chat.presses(say('officer.broadcast.areaSome'))
    chat.says('Vĩnh Hòa, phường Long Xuyên, Xứ Thần Tiên')
    expect(chat.heard()).toMatch(/Vĩnh Hòa có thể là: .*Xã Vĩnh Hòa/)
    expect(chat.heard()).toContain('Xứ Thần Tiên')
    expect(chat.state.standing?.step).toBe('communes')
    chat.says('xã vĩnh hòa; phuong long xuyen và Xã Vĩnh Xương')
    chat.presses(say('officer.broadcast.channelsAll'))
    chat.presses(say('chat.nav.done'))
    expect(chat.state.standing?.answers.communes).toHaveLength(3)
    expect(chat.state.standing?.answers.communes).toContain('30307')
  })

  test('an officer of one ward is not offered the province, and can not write for another place', () => {
    const chat = office({ places: [longXuyen] })
    writes(chat, 'vi', 'warning')
    chat.presses(say('chat.subscribe.topicsAll'))
    chat.presses(say('chat.nav.done'))
    expect(chat.buttons()).not.toContain(say('chat.subscribe.areaAll'))
    chat.presses(say('officer.broadcast.areaSome'))
    chat.says('Xã Vĩnh Xương')
    expect(chat.heard()).toContain(say('officer.broadcast.communeElsewhere', { places: 'Xã Vĩnh Xương' }))
    chat.says('quay lại')
    chat.presses(/^Nơi tôi phụ trách: Phường Long Xuyên/)
    chat.presses(say('officer.broadcast.channelsAll'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('officer.broadcast.whenNowLabel'))
    chat.presses(say('officer.broadcast.exerciseReal'))
    expect(chat.handed().writing.audience.localities).toEqual(['30307'])
    expect(chat.handed().writing.content.source).toBe('Công an tỉnh An Giang')
  })
})

describe('on the way', () => {
  test('a wanted notice is for the console, and says so', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.wanted'))
    expect(chat.heard()).toBe(say('officer.broadcast.wanted'))
    expect(chat.state.standing).toBeNull()
  })

  test('a lesson by hand is asked for its law, which was looked at today', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.lesson'))
    chat.presses(say('officer.broadcast.howWrite'))
    for (const text of ['Đội mũ bảo hiểm', 'Luật buộc đội mũ.', '• Cài quai.']) chat.says(text)
    chat.says('Công an xã Vĩnh Xương')
    chat.says('Luật Trật tự, an toàn giao thông đường bộ 2024, Điều 33')
    expect(chat.state.standing?.answers.law).toEqual({ name: 'Luật Trật tự, an toàn giao thông đường bộ 2024, Điều 33', verifiedOn: today })
    expect(chat.state.standing?.answers.source).toBe('Công an xã Vĩnh Xương')
  })

  test('"tomorrow" stays the day it was, however long the rest takes', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.meeting'))
    for (const text of ['Họp dân', 'Bàn chuyện an ninh.', '• Đến dự.', 'Nhà văn hóa khóm 3', 'ngày mai 17h']) chat.says(text)
    expect(chat.heard()).toContain('thứ tư, 17:00 ngày 25/11/2026')
    chat.waits(hours(20))
    chat.presses('Công an tỉnh An Giang')
    expect(chat.state.standing?.answers.until).toBe('2026-11-25T10:00:00.000Z')
  })

  test('a moment that is unclear or has passed is asked again', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    for (const text of ['Nước lên', 'Nước lên nhanh.', '• Neo ghe.', 'Lũ', 'Tân Châu', 'khi nào hết nước']) chat.says(text)
    expect(chat.heard()).toContain(say('officer.broadcast.untilUnclear'))
    chat.says('6h hôm nay')
    expect(chat.heard()).toContain(say('officer.check.untilPast'))
    chat.says('48 giờ')
    expect(chat.heard()).toContain('thứ năm, 10:')
  })

  test('words of danger in a warning being written call nobody to the phone', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    chat.says('Có kẻ cầm dao đuổi chém người ở chợ')
    expect(chat.heard()).not.toContain('113')
    expect(chat.state.standing?.answers.headline).toContain('cầm dao')
  })

  test('going back makes no second draft, and a canceled one is still there', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    chat.says('Nước lên')
    chat.says('quay lại')
    chat.says('Nước lên nhanh')
    chat.says('Từ đầu nguồn.')
    expect(chat.handed()).toMatchObject({ id: 7, writing: { content: { texts: { vi: { headline: 'Nước lên nhanh' } } } } })
    expect(chat.acts.filter(({ give }) => (give as unknown as Handed | null)?.id === null)).toHaveLength(1)
    chat.says('hủy')
    expect(chat.heard()).toContain(say('officer.broadcast.cancelled'))
  })

  test('what is wrong is told at once, stands first among what can be changed, and there is no handing in', () => {
    const chat = office({}, { problems: [{ text: 'Thời hạn của tin đã qua.', part: 'until' }] })
    writes(chat, 'vi', 'warning')
    chat.presses(say('chat.subscribe.topicsAll'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('chat.subscribe.areaAll'))
    chat.presses(say('officer.broadcast.channelsAll'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('officer.broadcast.whenNowLabel'))
    chat.presses(say('officer.broadcast.exerciseReal'))
    expect(chat.buttons()).not.toContain(say('officer.broadcast.reviewSubmit'))
    chat.presses(say('officer.broadcast.reviewChange'))
    expect(chat.buttons()[0]).toBe(say('officer.broadcast.part.until'))
    chat.presses(say('officer.broadcast.part.until'))
    chat.says('3 ngày')
    expect(chat.handed().writing.content.validUntil).toMatch(/^2026-11-27/)
    // Everything else was kept, and is not asked again.
    expect(chat.state.standing?.step).toBe('review')
    chat.presses(say('officer.broadcast.reviewDrop'))
    chat.presses(say('officer.broadcast.dropNo'))
    expect(chat.state.standing?.step).toBe('review')
    chat.presses(say('officer.broadcast.reviewDrop'))
    chat.presses(say('officer.broadcast.dropYes'))
    expect(chat.heard()).toBe(say('officer.broadcast.dropped'))
  })

  test('a draft is opened, and only what it lacks is asked', () => {
    const opened = {
      id: 9, training: false, rule: null, libraryId: null,
      content: { kind: 'warning', texts: { vi: { headline: 'Nước lên', body: 'Nhanh.', toDo: '' } }, source: '', hazard: 'Lũ', place: 'Tân Châu', law: null, picture: null, validUntil: null, notice: null, prepared: null },
      audience: { topics: [], localities: [], channels: [] },
    }
    const chat = office({ drafts: [{ id: 9, kind: 'warning', headline: 'Nước lên' }] }, { acts: { openDraft: () => opened } })
    chat.says('phát tin')
    chat.presses(/^Nước lên \(/)
    expect(chat.state.standing?.step).toBe('toDo')
    chat.says('• Neo ghe.')
    expect(chat.state.standing?.step).toBe('until')
    expect(chat.handed()).toMatchObject({ id: 9, hasAudience: false })
  })

  test('a draft that somebody else changed is refused with a sentence', () => {
    const chat = office({}, { acts: { keepDraft: () => ({ refused: ['Người khác vừa sửa tin này (bản 4).'] }) } })
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    chat.says('Nước lên')
    expect(chat.heard()).toBe('Người khác vừa sửa tin này (bản 4).')
    expect(chat.state.standing).toBeNull()
  })

  test('approving another bulletin in the middle of one\'s own does not lose it', () => {
    const chat = office({}, { acts: { approveBulletin: () => [{ text: 'Đã duyệt.' }] as never, nameBulletin: () => ({ code: 'TB-K7M2-Q4H', headline: 'Lũ' }), returnBulletin: () => [{ text: 'Đã trả lại.' }] as never } })
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    chat.says('Nước lên')
    chat.pressesData('tin:approve:12:3')
    expect(chat.acts.at(-1)).toEqual({ name: 'approveBulletin', give: { id: 12, version: 3 } })
    expect(chat.heard()).toMatch(/Đã duyệt\.[^]*Nội dung:/)
    chat.says('trả lại 12.3')
    expect(chat.heard()).toContain(say('officer.approve.reason', { code: 'TB-K7M2-Q4H' }))
    chat.says('Thiếu nơi')
    expect(chat.heard()).toMatch(/Đã trả lại\.[^]*Nội dung:/)
    chat.says('Nước lên nhanh ở đầu nguồn')
    expect(chat.state.standing?.answers.body).toBe('Nước lên nhanh ở đầu nguồn')
  })

  test('an aside that is canceled leads back as well, and so does a question about a code', () => {
    const chat = office({}, { acts: { nameBulletin: () => ({ code: 'TB-K7M2-Q4H', headline: 'Lũ' }), genuine: () => ['TIN THẬT'] } })
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    chat.says('dung han 12')
    chat.says('hủy')
    expect(chat.state.standing?.step).toBe('headline')
    chat.says('/genuine TB-K7M2-Q49')
    expect(chat.heard()).toMatch(/TIN THẬT[^]*Tiêu đề\?/)
    chat.pressesData('tin:stop:12')
    chat.presses(say('officer.progress.stopNo'))
    expect(chat.heard()).toContain(say('officer.progress.kept'))
    expect(chat.state.standing?.step).toBe('headline')
  })

  test('without buttons everything is done by numbers and words', () => {
    const chat = office({}, { channel: 'zalo-bot', shows: { buttons: 0, text: 2000 } })
    chat.says('phát tin')
    chat.says('2')
    for (const text of ['Nước lên', 'Nhanh.', '• Neo ghe.', 'Lũ', 'Tân Châu', '48 giờ', '1', '9', '10', '1', '1', '5', '1', '1']) chat.says(text)
    expect(chat.state.standing?.step).toBe('review')
    expect(chat.handed().writing.audience).toEqual({ topics: ['meetings'], localities: [], channels: desk.channels })
  })

  test('a bulletin left half written for a day is no longer in the chat', () => {
    const chat = office()
    chat.says('phát tin')
    chat.presses(say('bulletins.kinds.warning'))
    chat.waits(days(1.1))
    chat.says('Nước lên')
    expect(chat.state.standing).toBeNull()
  })
})

describe('the words of officers', () => {
  const all = ['/broadcast', 'phát tin', 'soạn tin', '/bulletins', 'tin của tôi', 'tiến độ', '/progress', '/unlink', 'duyệt 12.3', 'trả lại 12', 'xem 3', 'xem trên 3 zalo-oa', 'gửi thử 3', 'dừng hẳn 3']

  test('mean nothing else, and are known with and without marks', () => {
    for (const word of all) {
      expect(commandIn(word), word).toBeNull()
      expect(opens(word), word).not.toBeNull()
      expect(opens(word.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd')), word).not.toBeNull()
    }
  })

  test('are no words of anybody else', () => {
    for (const word of all) expect(aChatOf(word), word).toContain(say('chat.repair.menu'))
  })

  test.each(languages)('that are told to type in %s are known', language => {
    const told = (['officer.link.canWrite', 'officer.link.canSend', 'officer.link.canList', 'officer.link.canUnlink', 'officer.broadcast.left'] as const).map(key => says[language](key))
    for (const text of told) {
      const [, word = ''] = /(?:gõ|Gõ|type|Type|វាយ) (.+?)(?: để | to go | ដើម្បី|$)/u.exec(text) ?? []
      expect(opens(word.trim()), text).not.toBeNull()
    }
    for (const verb of officerVerbs) expect(typedVerb(officerChoice(says[language], language, verb, 12, verb === 'as' ? 'zalo-oa' : 3, 'x').word ?? ''), verb).toEqual({ verb, bulletin: 12, more: verb === 'as' ? 'zalo-oa' : '3' })
  })

  const opens = (text: string) => staffScript.opens?.({ kind: 'text', text }, null as never) ?? null
  function aChatOf (word: string): string {
    const chat = aChat()
    chat.sends({ kind: 'start' })
    chat.says(word)
    return chat.heard()
  }
})
