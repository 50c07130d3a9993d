import { describe, expect, test } from 'vitest'
import { languages } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { formatCode, makeCode } from '../../src/tips/code.ts'
import { aChat } from '../conversation/chat.ts'

const code = formatCode(makeCode(n => new Uint8Array(n).fill(7)))
const opened = {
  found: true, tipId: 'tip-1', status: 'verifying', receivedOn: '2026-11-20', decideBy: '2026-12-10',
  messages: [{ on: '2026-11-22', kind: 'request-information', text: 'Biển số xe là gì?' }],
}

describe('a first visit', () => {
  test('hello and the numbers come first, then the language is asked, once', () => {
    const chat = aChat()
    chat.sends({ kind: 'start' })
    expect(chat.heard()).toMatch(/Xin chào[^]*113/)
    expect(chat.buttons()).toEqual(expect.arrayContaining(['Tiếng Việt', 'English', 'ភាសាខ្មែរ', 'Báo tin']))
    chat.sends({ kind: 'start' })
    expect(chat.heard()).not.toContain('Xin chào')
    expect(chat.buttons()).not.toContain('English')
  })

  test('the platform\'s hint decides in which language hello is said', () => {
    const chat = aChat({ language: 'en' })
    chat.sends({ kind: 'start' })
    expect(chat.heard()).toContain(says.en('chat.welcome.hello'))
  })

  test('a cry for help as the very first words is answered with the numbers', () => {
    const chat = aChat()
    chat.says('cứu với, nó đang cầm dao đuổi tôi')
    expect(chat.heard()).toMatch(/Hãy gọi ngay[^\n]*113|Nếu có nguy hiểm ngay lúc này/)
  })

  test('the language can be changed in the middle of a question, which is asked again in it', () => {
    const chat = aChat()
    chat.sends({ kind: 'start' })
    chat.presses('Báo tin')
    chat.says('đổi ngôn ngữ')
    chat.presses('English')
    expect(chat.heard()).toContain(says.en('chat.report.danger'))
    chat.says('tiếng khmer')
    chat.presses('ភាសាខ្មែរ')
    expect(chat.heard()).toContain(says.km('chat.report.danger'))
  })
})

describe('words that work everywhere', () => {
  test.each([
    ['to giac', 'danger'], ['BÁO TIN', 'danger'], ['báo tin', 'danger'], ['tra cuu', 'code'], ['/followup', 'code'], ['report', 'danger'], ['រាយការណ៍', 'danger'],
  ])('"%s" begins what it means', (text, step) => {
    const chat = aChat()
    chat.sends({ kind: 'start' })
    chat.says(text)
    expect(chat.state.standing?.step).toBe(step)
  })

  test('"113" and "stop" are never taken for an answer', () => {
    const chat = aChat({ acts: { unsubscribe: () => false } })
    chat.sends({ kind: 'start' })
    chat.says('báo tin')
    chat.presses(says.vi('chat.report.dangerNo'))
    chat.presses(/Đánh bạc/)
    chat.says('113')
    expect(chat.heard()).toContain(says.vi('chat.emergency.numbers'))
    expect(chat.state.standing?.step).toBe('what')
    expect(chat.counts).toContain('emergency-redirect')
    chat.says('stop')
    expect(chat.acts.map(act => act.name)).toEqual(['unsubscribe'])
  })

  test('a long story that happens to contain "thôi" is a story', () => {
    const chat = aChat()
    chat.sends({ kind: 'start' })
    chat.says('báo tin')
    chat.presses(says.vi('chat.report.dangerNo'))
    chat.presses(/Đánh bạc/)
    chat.says('Họ đánh bạc suốt đêm, tôi nói thôi mà họ không nghe')
    expect(chat.state.standing?.answers.what).toContain('suốt đêm')
  })
})

describe('following up', () => {
  test('a code alone opens the tip, shows what officers asked, and takes more', () => {
    const chat = aChat({ acts: { openTip: () => opened, addToTip: () => true } })
    chat.sends({ kind: 'start' })
    chat.says(code.toLowerCase().replaceAll('-', ' '))
    expect(chat.heard()).toContain('Biển số xe là gì?')
    expect(chat.heard()).toContain('20/11/2026')
    chat.presses(says.vi('chat.followUp.add'))
    chat.says('67A-123.45')
    chat.presses(says.vi('chat.nav.noFiles'))
    expect(chat.acts.at(-1)).toEqual({ name: 'addToTip', give: { tipId: 'tip-1', text: '67A-123.45', files: [] } })
    expect(chat.heard()).toContain(says.vi('chat.followUp.added'))
  })

  test('the code is not kept once it has opened the tip', () => {
    const chat = aChat({ acts: { openTip: () => opened } })
    chat.sends({ kind: 'start' })
    chat.says(code)
    expect(JSON.stringify(chat.state)).not.toContain(code)
  })

  test('going back from an opened tip asks for a code again, and opens that one', () => {
    let opening = 0
    const chat = aChat({ acts: { openTip: () => ({ ...opened, tipId: `tip-${++opening}` }), addToTip: () => true } })
    chat.sends({ kind: 'start' })
    chat.says('tra cứu')
    chat.says(code)
    chat.says('quay lại')
    expect(chat.state.standing?.step).toBe('code')
    chat.says(code)
    expect(chat.heard()).toContain('Biển số xe là gì?')
    expect(opening).toBe(2)
  })

  test('a wrong code can be typed again, and waiting is told in minutes', () => {
    let tries = 0
    const chat = aChat({ acts: { openTip: () => ({ found: false, waitMinutes: ++tries > 1 ? 4 : 0 }) } })
    chat.sends({ kind: 'start' })
    chat.says('tra cứu')
    chat.says('1234')
    expect(chat.heard()).toContain(says.vi('chat.followUp.badCode'))
    chat.says(code)
    expect(chat.heard()).toContain(says.vi('chat.followUp.notFound'))
    chat.presses(says.vi('chat.followUp.tryYes'))
    chat.says(code)
    expect(chat.heard()).toContain(says.vi('chat.followUp.wait', { minutes: 4 }))
    expect(chat.state.standing).toBeNull()
  })
})

describe('no dead ends', () => {
  // A small seeded generator, so that a failing walk can be walked again.
  const seeded = (seed: number) => () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return seed / 4_294_967_296
  }
  const texts = ['báo tin', 'hủy', 'quay lại', 'bỏ qua', 'menu', 'xong', '1', '3', 'có', 'không', 'không biết', 'Long Xuyên', 'vinh hoa', 'trộm xe máy của tôi hôm qua ở chợ', 'ông chủ tịch xã là đồ tồi', '113', code, 'asdf', '', '\u200b', 'help', '1,2', '0912345678']

  test.each(languages)('a random walk of 400 steps in %s always gets an answer with a way on', language => {
    const random = seeded(2026)
    const pick = <T> (list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
    const chat = aChat({
      language,
      acts: {
        receiveTip: () => ({ code, transferBy: '2026-11-25', noticeBy: '2026-11-27', decideBy: '2026-12-14', linked: true }),
        openTip: () => random() < 0.5 ? opened : { found: false, waitMinutes: random() < 0.5 ? 2 : 0 },
        addToTip: () => true, subscription: () => random() < 0.5 ? null : { topics: ['law'], places: [], quietFrom: 21, quietTo: 7, level: random() < 0.5 ? 0 : 2, frequency: 'weekly', agreed: random() < 0.5 },
        subscribe: () => true, unsubscribe: () => random() < 0.5, held: () => ({ draft: false, links: 0, marks: 0, push: 0, subscription: random() < 0.5 ? null : { topics: ['law'], places: [], quietFrom: 21, quietTo: 7, level: 1, frequency: 'at-once', agreedOn: '2026-11-24', agreedText: 'x' } }), forget: () => true,
      },
    })
    let choices = chat.sends({ kind: 'start' }).flatMap(message => message.choices ?? []).filter(choice => choice.url === undefined)
    for (let step = 0; step < 400; step++) {
      const dice = random()
      const choice = pick(choices)
      const heard = dice < 0.7 && choice !== undefined ? chat.pressesData(choice.id)
        : dice < 0.9 ? chat.says(pick(texts) ?? '')
          : chat.sends(pick([{ kind: 'location', lat: 10.4, lng: 105.4 }, { kind: 'files', files: [{ ref: 'x', kind: 'photo' }] }, { kind: 'unsupported', what: 'sticker' }, { kind: 'start', payload: 'report-tip' }] as const) ?? { kind: 'start' })
      // Only a double tap may be met with silence.
      if (heard.length > 0) choices = heard.flatMap(message => message.choices ?? []).filter(c => c.url === undefined)
      else expect(dice).toBeLessThan(0.7)
      expect(choices.length).toBeGreaterThan(0)
      for (const message of heard) expect(message.text.trim()).not.toBe('')
      for (const { id } of choices) expect(Buffer.byteLength(id)).toBeLessThanOrEqual(64)
    }
  })
})
