import { describe, expect, test } from 'vitest'
import { hours, minutes } from '../../src/clock.ts'
import type { Draft } from '../../src/tips/story.ts'
import { says } from '../../src/locales.ts'
import { aChat, aReceipt, type Chat } from '../conversation/chat.ts'

const reporting = (options: Parameters<typeof aChat>[0] = {}): Chat => {
  const chat = aChat({ acts: { receiveTip: () => aReceipt }, ...options })
  chat.sends({ kind: 'start' })
  chat.presses('Báo tin')
  return chat
}

const draftOf = (chat: Chat): Draft => chat.acts.find(act => act.name === 'receiveTip')?.give as unknown as Draft

/** From the first question to the review, answering as little as one must. */
function tells (chat: Chat, story = 'Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm', place = 'phường Long Xuyên'): void {
  chat.presses('Không, tôi kể được')
  chat.says(story)
  chat.presses(/Ma túy/)
  while (/câu này/.test(chat.buttons().join()) && !/xã, phường, đặc khu nào/.test(chat.heard())) chat.presses('Bỏ qua câu này')
  chat.says(place)
  chat.presses('Bỏ qua câu này')
  chat.presses('Hôm nay')
  chat.presses(/Không có tệp nào|Xong/)
  chat.presses('Được, tiếp tục')
}

describe('reporting a tip', () => {
  test('the numbers to call come before any question', () => {
    const chat = reporting()
    expect(chat.heard()).toMatch(/113.*\n.*114.*\n.*115/)
    expect(chat.heard().indexOf('113')).toBeLessThan(chat.heard().indexOf('Bạn hoặc ai đó có đang gặp nguy hiểm'))
  })

  test('whoever is in danger is sent to the telephone, and may tell the rest or stop', () => {
    const chat = reporting()
    chat.presses('Có, đang nguy hiểm')
    expect(chat.heard()).toContain('Gọi ngay, đừng chờ ở đây')
    expect(chat.counts).toContain('emergency-redirect')
    chat.presses('Không, thôi')
    expect(chat.state.standing).toBeNull()
    expect(chat.heard()).toContain('Mong bạn bình an')
  })

  test('Lan tells, reviews, sends, and gets her code with the days set by law', () => {
    const chat = reporting()
    tells(chat)
    expect(chat.heard()).toContain('Bạn xem lại trước khi gửi')
    expect(chat.heard()).toContain('Việc gì: Tối nào cũng có người bán ma túy')
    expect(chat.heard()).toContain('Nơi: Phường Long Xuyên')
    chat.presses('Gửi tin')
    expect(chat.heard()).toContain(aReceipt.code)
    expect(chat.heard()).toContain('25/11/2026')
    expect(draftOf(chat)).toMatchObject({ category: 'drugs', aboutPolice: false, what: 'Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm', place: { commune: '30307' }, when: { choice: 'today' }, contact: null })
    expect(chat.state.standing).toBeNull()
  })

  test('what this channel knows about a person is told before the story is asked for', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    expect(chat.heard().indexOf('Telegram biết tài khoản của bạn')).toBeGreaterThanOrEqual(0)
    expect(chat.heard().indexOf('Telegram biết tài khoản của bạn')).toBeLessThan(chat.heard().indexOf('Chuyện gì vậy'))
  })

  test('a category is suggested from the story and never decided', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Nhà kế bên đánh bạc, cá độ đá banh mỗi tối')
    expect(chat.buttons().some(label => /Đánh bạc/.test(label))).toBe(true)
    expect(chat.buttons()).toContain('Loại khác, xem hết danh sách')
    chat.presses('Loại khác, xem hết danh sách')
    expect(chat.buttons().length).toBeGreaterThan(17)
  })

  test('somebody who just sent money to a swindler hears first what to do with the bank', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.presses(/Lừa đảo/)
    expect(chat.heard()).toMatch(/60 phút đầu[^]*ngân hàng[^]*kể điều/)
  })

  test('a victim is asked about safety before the story', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.presses(/Bạo lực/)
    expect(chat.heard()).toContain('Bạn không có lỗi')
    expect(chat.heard()).toContain('111')
    expect(chat.heard()).not.toContain(says.vi('chat.report.what'))
  })

  test('an opinion is declined kindly, not kept, and only counted', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Ông hàng xóm tôi hay nói xấu chính quyền trên Facebook')
    expect(chat.heard()).toContain('không nhận và không lưu')
    expect(chat.counts).toContain('out-of-scope')
    expect(JSON.stringify(chat.state)).not.toContain('nói xấu')
    expect(chat.buttons().length).toBeGreaterThan(17)
  })

  test('what the program did not notice, the reporter can say at the review: it is about an officer', () => {
    const chat = reporting()
    tells(chat)
    chat.presses(says.vi('chat.report.reviewPolice'))
    chat.presses(says.vi('chat.report.aboutPoliceYes'))
    expect(chat.heard()).toContain('Bạn xem lại trước khi gửi')
    chat.presses(says.vi('chat.report.send'))
    expect(draftOf(chat).aboutPolice).toBe(true)
  })

  test('a tip about police goes to the inspectorate when the reporter says so', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Một anh công an xã đòi tiền tôi 5 triệu mới cho lấy xe')
    expect(chat.heard()).not.toContain('Thanh tra')
    chat.presses(/^Việc khác/)
    while (!/Thanh tra/.test(chat.heard())) chat.presses('Bỏ qua câu này')
    chat.presses('Có, gửi Thanh tra')
    chat.says('khong biet')
    expect(chat.state.standing?.answers.aboutPolice).toBe('yes')
  })

  test('any answer can be changed at the review, and only that is asked again', () => {
    const chat = reporting()
    tells(chat)
    chat.presses('Sửa một câu')
    chat.presses('Nơi')
    expect(chat.heard()).toContain('xã, phường, đặc khu nào')
    chat.says('Châu Đốc')
    chat.presses(/Phường Châu Đốc/)
    chat.presses('Bỏ qua câu này')
    expect(chat.heard()).toContain('Bạn xem lại trước khi gửi')
    expect(chat.heard()).toContain('Nơi: Phường Châu Đốc')
  })

  test('back goes to the question before, with its answer forgotten', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.presses(/Đánh bạc/)
    chat.presses('Quay lại')
    expect(chat.heard()).toContain('Chuyện gì vậy')
    chat.says('quay lai')
    expect(chat.heard()).toContain('có đang gặp nguy hiểm')
  })

  test('a button tapped twice is one answer', () => {
    const chat = reporting()
    const [no] = chat.state.standing === null ? [] : [`a:${chat.state.standing.turn}:danger:no`]
    chat.pressesData(String(no))
    const standing = JSON.stringify(chat.state.standing)
    expect(chat.pressesData(String(no))).toEqual([])
    expect(JSON.stringify(chat.state.standing)).toBe(standing)
  })

  test('a button of an earlier question changes nothing and the present question is asked again', () => {
    const chat = reporting()
    const old = `a:${chat.state.standing?.turn ?? 0}:danger:yes`
    chat.presses('Không, tôi kể được')
    chat.pressesData(old)
    expect(chat.heard()).toContain(says.vi('chat.repair.oldButton'))
    expect(chat.heard()).toContain('Chuyện gì vậy')
    expect(chat.state.standing?.answers.danger).toBe('no')
  })

  test('a half-told story is shelved by the menu, offered again, and gone after a day', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
    chat.says('menu')
    expect(chat.buttons()).toContain('Kể tiếp tin đang dở')
    chat.waits(hours(20))
    chat.presses('Kể tiếp tin đang dở')
    expect(chat.state.standing?.answers.what).toContain('ma túy')
    chat.says('menu')
    chat.waits(hours(25))
    chat.says('menu')
    expect(chat.buttons()).not.toContain('Kể tiếp tin đang dở')
    expect(JSON.stringify(chat.state)).not.toContain('ma túy')
  })

  test('an old "new story" button does not drop the story being told now', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
    chat.pressesData('new:report-tip')
    expect(chat.heard()).toContain(says.vi('chat.resume.inIt'))
    expect(chat.state.standing?.answers.what).toContain('ma túy')
  })

  test('after a long pause a greeting is not taken for the answer, and a real answer is not lost', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.presses(/Đánh bạc/)
    chat.waits(hours(3))
    chat.says('Sòng bài ở sau chợ, mỗi chiều chừng hai chục người')
    expect(chat.heard()).toContain('Chào bạn trở lại')
    expect(chat.state.standing?.answers.what).toBeUndefined()
    chat.presses('Dùng câu tôi vừa viết')
    expect(chat.state.standing?.answers.what).toContain('Sòng bài')
  })

  test('cancel erases what was told', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
    chat.says('hủy')
    expect(chat.heard()).toContain('không giữ lại gì')
    expect(JSON.stringify(chat.state)).not.toContain('ma túy')
  })

  test('a photo is welcome at any question and counted to ten', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    const photo = (n: number) => ({ ref: `f${n}`, kind: 'photo' as const })
    chat.sends({ kind: 'files', files: [photo(1), photo(2)] })
    expect(chat.heard()).toContain('Đã nhận tệp (2/10)')
    chat.sends({ kind: 'files', files: Array.from({ length: 9 }, (_, n) => photo(n + 3)) })
    expect(chat.heard()).toContain('Chỉ nhận được 10 tệp')
    expect(chat.state.standing?.answers['proof+']).toHaveLength(10)
  })

  test('a voice note will do as the story', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.presses(/Đánh bạc/)
    chat.sends({ kind: 'files', files: [{ ref: 'v', kind: 'voice' }] })
    expect(chat.heard()).toContain('Đã nhận ghi âm')
    expect(chat.state.standing?.answers.what).toBe('(ghi âm)')
  })

  test('a shared position becomes its commune', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
    chat.presses(/Ma túy/)
    while (!/xã, phường, đặc khu nào/.test(chat.heard())) chat.presses('Bỏ qua câu này')
    chat.sends({ kind: 'location', lat: 10.3711234, lng: 105.4321234 })
    expect(chat.heard()).toContain('Vị trí này thuộc Phường Long Xuyên')
    expect(chat.state.standing?.answers.where).toMatchObject({ commune: '30307', point: { lat: 10.371, lng: 105.432 } })
  })

  test('an old name leads to the commune of today, and a split one asks which', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
    chat.presses(/Ma túy/)
    while (!/xã, phường, đặc khu nào/.test(chat.heard())) chat.presses('Bỏ qua câu này')
    chat.says('xa vinh chau')
    expect(chat.heard()).toContain('Bạn muốn nói nơi nào?')
    expect(chat.buttons()).toContain('Không phải các nơi này')
    chat.presses('Không phải các nơi này')
    chat.says('phường Mỹ Bình, Long Xuyên')
    expect(chat.heard()).toContain('nay thuộc Phường Long Xuyên')
  })

  test('words of danger in the story are answered with the numbers at once', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.says('Nhà bên cạnh đang cháy lớn, có người kẹt bên trong')
    expect(chat.heard()).toMatch(/Hãy gọi ngay[^\n]*114/)
  })

  test('what cannot be understood is repaired gently and never ends the talk', () => {
    const chat = reporting()
    for (const content of [{ kind: 'unsupported', what: 'sticker' }, { kind: 'location', lat: 10, lng: 105 }, { kind: 'text', text: 'asdf' }, { kind: 'text', text: '   ' }, { kind: 'edit', text: 'x' }] as const) {
      chat.sends(content)
      expect(chat.heard()).toContain('có đang gặp nguy hiểm')
    }
    expect(chat.heard()).toContain('gõ “trợ giúp”')
    chat.presses('Không, tôi kể được')
    expect(chat.heard()).toContain('Chuyện gì vậy')
  })

  test('somebody who writes more than we take is told how much', () => {
    const chat = reporting()
    chat.presses('Không, tôi kể được')
    chat.presses(/Đánh bạc/)
    chat.says('đánh bạc '.repeat(600))
    expect(chat.heard()).toMatch(/5399[^]*4000/)
  })

  test('a story told without pressing anything begins a report', () => {
    const chat = aChat()
    chat.sends({ kind: 'start' })
    chat.waits(minutes(1))
    chat.says('hom qua co thang giut day chuyen cua ba toi o cho chau doc')
    expect(chat.heard()).toContain('có đang gặp nguy hiểm')
    expect(chat.state.standing?.answers.what).toContain('giut day chuyen')
  })

  test('nobody is asked for a name on Telegram; on the web chat one may be left', () => {
    const telegram = reporting()
    tells(telegram)
    expect(telegram.heard()).toContain('Bạn xem lại')
    expect(draftOf(telegram)).toBeUndefined()
    const web = reporting({ channel: 'web-chat' })
    web.presses('Không, tôi kể được')
    web.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
    web.presses(/Ma túy/)
    while (!/xã, phường, đặc khu nào/.test(web.heard())) web.presses('Bỏ qua câu này')
    web.says('không biết')
    web.presses('Bỏ qua câu này')
    web.says('đêm qua khoảng 2 giờ')
    web.presses('Không có tệp nào')
    web.presses('Để lại cách liên hệ')
    web.says('Chị Tư')
    web.says('12345')
    expect(web.heard()).toContain('Số này chưa đúng')
    web.says('0912 345 678')
    web.presses('Bỏ qua câu này')
    web.presses('Gửi tin')
    expect(draftOf(web)).toMatchObject({ contact: { name: 'Chị Tư', phone: '0912 345 678', safeTime: null }, place: { commune: null }, when: { text: 'đêm qua khoảng 2 giờ' } })
  })
})
