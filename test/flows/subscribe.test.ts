// Agreeing to be written to, changing it, ending it, and seeing what is held: through the conversation as people have it.
import { describe, expect, test } from 'vitest'
import { languages, type Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { topics } from '../../src/subscribers/topics.ts'
import { aChat, type Chat, type ChatOptions } from '../conversation/chat.ts'

const say = says.vi
const standing = { topics: ['scams', 'warnings'], places: [{ code: '30385', name: 'Xã Vĩnh Xương' }], quietFrom: 21, quietTo: 7, level: 0, frequency: 'daily', agreed: true }
const nothing = { draft: false, links: 0, marks: 0, subscription: null, push: 0 }

function somebody (subscription: object | null, more: ChatOptions = {}): Chat {
  const chat = aChat({ ...more, acts: { subscription: () => subscription as never, subscribe: () => true, unsubscribe: () => subscription !== null, ...more.acts } })
  chat.sends({ kind: 'start' })
  chat.says('nhận tin')
  return chat
}
const saved = (chat: Chat): unknown => chat.acts.findLast(({ name }) => name === 'subscribe')?.give
/** What they were asked, in order. */
const asked = (chat: Chat): string[] => chat.state.standing?.trail ?? []

describe('somebody who subscribes', () => {
  test('Minh wants everything in a daily letter, ticks two topics, picks his commune, and says when to be left alone', () => {
    const chat = somebody(null)
    chat.presses(say('chat.subscribe.agree'))
    chat.presses(say('chat.subscribe.levelAll'))
    chat.presses(say('chat.subscribe.topic.scams'))
    expect(chat.buttons()).toContain(`✓ ${say('chat.subscribe.topic.scams')}`)
    chat.presses(say('chat.subscribe.topic.warnings'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('chat.subscribe.areaSome'))
    chat.says('vinh xuong')
    chat.presses(say('chat.answers.no'))
    expect(chat.heard()).toContain(say('chat.subscribe.frequency'))
    chat.presses(say('chat.subscribe.frequencyDaily'))
    chat.presses(say('chat.subscribe.quietEvening'))
    expect(saved(chat)).toEqual({ topics: ['scams', 'warnings'], places: [{ code: '30385', name: 'Xã Vĩnh Xương' }], quietFrom: 19, quietTo: 7, level: 0, frequency: 'daily', agreed: true })
    for (const words of ['Lừa đảo; An ninh, trật tự', 'Xã Vĩnh Xương', say('chat.subscribe.levelAll'), say('chat.subscribe.frequencyDaily'), say('chat.subscribe.quietEvening')]) expect(chat.heard()).toContain(words)
  })

  test('who wants alarms only is asked no topics, no letter and no quiet hours, since an alarm keeps none of them', () => {
    const chat = somebody(null)
    chat.presses(say('chat.subscribe.agree'))
    chat.presses(say('chat.subscribe.levelAlarms'))
    expect(chat.heard()).toContain(say('chat.subscribe.area'))
    chat.presses(say('chat.subscribe.areaAll'))
    expect(saved(chat)).toEqual({ topics: [...topics], places: [], quietFrom: 21, quietTo: 7, level: 2, frequency: 'at-once', agreed: true })
    expect(chat.heard()).toContain(say('chat.subscribe.details.level', { level: say('chat.subscribe.levelAlarms') }))
    expect(chat.heard()).not.toMatch(/Giờ yên tĩnh|Chủ đề|Thông tin thường/)
  })

  test('who wants warnings is asked topics and quiet hours, but no letter: warnings come at once', () => {
    const chat = somebody(null)
    chat.presses(say('chat.subscribe.agree'))
    chat.presses(say('chat.subscribe.levelWarnings'))
    chat.presses(say('chat.subscribe.topicsAll'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('chat.subscribe.areaAll'))
    expect(chat.heard()).toContain(say('chat.subscribe.quiet'))
    chat.presses(say('chat.subscribe.quietNight'))
    expect(saved(chat)).toEqual({ topics: [...topics], places: [], quietFrom: 21, quietTo: 7, level: 1, frequency: 'at-once', agreed: true })
    expect(chat.heard()).toContain(say('chat.subscribe.topicsAll'))
  })

  test('the question says before they agree what comes when, also at night, and how to stop', () => {
    const chat = somebody(null)
    expect(chat.heard()).toMatch(/Cảnh báo: gửi ngay[^\n]*trừ giờ yên tĩnh/)
    expect(chat.heard()).toMatch(/Báo động khẩn: gửi ngay, cả ban đêm/)
    expect(chat.heard()).toContain('“ngừng nhận tin”')
  })

  test.each([['web-chat', 'chat.subscribe.introWeb'], ['zalo-oa', 'chat.subscribe.introZalo']] as const)('on %s it also says what can not be promised there', (channel, key) => {
    const chat = somebody(null, { channel })
    expect(chat.heard()).toContain(say(key))
    expect(somebody(null).heard()).not.toContain(say(key))
  })

  test('whoever does not agree is not subscribed and loses nothing', () => {
    const chat = somebody(null)
    chat.presses(say('chat.subscribe.disagree'))
    expect(chat.heard()).toContain(say('chat.subscribe.no'))
    expect(chat.acts.map(act => act.name)).toEqual(['subscription'])
  })

  test('nothing ticked is no answer', () => {
    const chat = somebody(null)
    chat.presses(say('chat.subscribe.agree'))
    chat.presses(say('chat.subscribe.levelAll'))
    chat.presses(say('chat.nav.done'))
    expect(chat.heard()).toContain(say('chat.repair.tickOne'))
  })

  test('going back from the quiet hours to the kind of news changes what else is asked', () => {
    const chat = somebody(null)
    chat.presses(say('chat.subscribe.agree'))
    chat.presses(say('chat.subscribe.levelWarnings'))
    chat.presses(say('chat.subscribe.topic.law'))
    chat.presses(say('chat.nav.done'))
    chat.says('quay lại')
    chat.says('quay lại')
    expect(chat.heard()).toContain(say('chat.subscribe.level'))
    chat.presses(say('chat.subscribe.levelAlarms'))
    chat.presses(say('chat.subscribe.areaAll'))
    expect(saved(chat)).toMatchObject({ level: 2, topics: [...topics] })
  })

  test('where there are no buttons, numbers and words do', () => {
    const chat = somebody(null, { channel: 'zalo-bot', shows: { buttons: 0, buttonBytes: 0, text: 2000 } })
    chat.says('1')
    chat.says('3')
    expect(chat.heard()).toContain(say('chat.subscribe.area'))
    chat.says('quay lại')
    chat.says('cảnh báo và báo động khẩn')
    chat.says('2, 4')
    chat.says('xong')
    chat.says('1')
    chat.says('3')
    expect(saved(chat)).toMatchObject({ level: 1, topics: ['scams', 'drugs'], quietFrom: 0, quietTo: 0 })
    expect(chat.heard()).toContain(say('chat.subscribe.details.noQuiet'))
  })
})

describe('somebody who is subscribed', () => {
  test('sees all of it at once: kind, topics, places, how it comes, quiet hours', () => {
    const chat = somebody({ ...standing, quietFrom: 22, quietTo: 5 })
    for (const words of [say('chat.subscribe.levelAll'), 'Lừa đảo; An ninh, trật tự', 'Xã Vĩnh Xương', say('chat.subscribe.frequencyDaily'), '22 giờ – 5 giờ']) expect(chat.heard()).toContain(words)
  })

  test.each([
    ['changeLevel', 'levelWarnings', { level: 1, frequency: 'at-once' }],
    ['changePlaces', 'areaAll', { places: [] }],
    ['changeFrequency', 'frequencyWeekly', { frequency: 'weekly' }],
    ['changeQuiet', 'quietNone', { quietFrom: 0, quietTo: 0 }],
  ] as const)('changes one thing (%s) in three presses, and the rest stays', (what, answer, change) => {
    const chat = somebody(standing)
    chat.presses(say('chat.subscribe.changeYes'))
    chat.presses(say(`chat.subscribe.${what}`))
    chat.presses(say(`chat.subscribe.${answer}`))
    expect(saved(chat)).toEqual({ ...standing, ...change, agreed: false })
  })

  test('changes topics, and is offered only what means something for the kind they have', () => {
    const chat = somebody({ ...standing, level: 1 })
    chat.presses(say('chat.subscribe.changeYes'))
    expect(chat.buttons()).not.toContain(say('chat.subscribe.changeFrequency'))
    chat.presses(say('chat.subscribe.changeTopics'))
    chat.presses(say('chat.subscribe.topic.drugs'))
    chat.presses(say('chat.nav.done'))
    expect(saved(chat)).toMatchObject({ topics: ['drugs'], level: 1, places: standing.places })
    const alarms = somebody({ ...standing, level: 2 })
    alarms.presses(say('chat.subscribe.changeYes'))
    expect(alarms.buttons().slice(0, 2)).toEqual([say('chat.subscribe.changeLevel'), say('chat.subscribe.changePlaces')])
  })

  test('who wants everything after alarms only is asked what they were never asked', () => {
    const chat = somebody({ ...standing, topics: [...topics], level: 2 })
    chat.presses(say('chat.subscribe.changeYes'))
    chat.presses(say('chat.subscribe.changeLevel'))
    chat.presses(say('chat.subscribe.levelAll'))
    chat.presses(say('chat.subscribe.topic.law'))
    chat.presses(say('chat.nav.done'))
    chat.presses(say('chat.subscribe.frequencyWeekly'))
    expect(saved(chat)).toMatchObject({ level: 0, topics: ['law'], frequency: 'weekly', places: standing.places })
    expect(asked(chat)).toEqual([])
  })

  test('who agreed to an older promise is asked again before they change anything; a no leaves all as it was', () => {
    const change = (): Chat => {
      const chat = somebody({ ...standing, agreed: false })
      chat.presses(say('chat.subscribe.changeYes'))
      chat.presses(say('chat.subscribe.changeQuiet'))
      expect(chat.heard()).toContain(say('chat.subscribe.intro'))
      return chat
    }
    const yes = change()
    yes.presses(say('chat.subscribe.agree'))
    yes.presses(say('chat.subscribe.quietNone'))
    expect(saved(yes)).toEqual({ ...standing, quietFrom: 0, quietTo: 0, agreed: true })
    const no = change()
    no.presses(say('chat.subscribe.disagree'))
    expect(no.heard()).toContain(say('chat.subscribe.kept'))
    expect(saved(no)).toBeUndefined()
  })

  test.each(['ngừng', 'NGƯNG', 'dung', 'hủy đăng ký', 'stop', 'unsubscribe', '/stop', 'ឈប់'])('leaves with one word: "%s"', word => {
    const chat = somebody(standing)
    chat.says(word)
    expect(chat.acts.at(-1)?.name).toBe('unsubscribe')
    expect(chat.heard()).toContain(say('chat.subscribe.stopped'))
  })

  test('leaves in the middle of a report, which is kept for later', () => {
    const chat = aChat({ acts: { unsubscribe: () => true } })
    chat.sends({ kind: 'start' })
    chat.says('báo tin')
    chat.presses(say('chat.report.dangerNo'))
    chat.presses(/Ma túy/)
    chat.pressesData('go:unsubscribe')
    expect(chat.heard()).toContain(say('chat.subscribe.stopped'))
    expect(chat.heard()).toContain(say('chat.shelved'))
    expect(chat.state.shelved?.flow).toBe('report-tip')
  })
})

test.each(languages)('in %s every step has its words, and no blank stays empty', (language: Language) => {
  const chat = somebody(null, { language })
  const spoken = says[language]
  const heard: string[] = [chat.heard()]
  for (const press of ['agree', 'levelAll', 'topicsAll'] as const) {
    chat.presses(spoken(`chat.subscribe.${press}`))
    heard.push(chat.heard())
  }
  chat.presses(spoken('chat.nav.done'))
  heard.push(chat.heard())
  for (const press of ['areaAll', 'frequencyAtOnce', 'quietNight'] as const) {
    chat.presses(spoken(`chat.subscribe.${press}`))
    heard.push(chat.heard())
  }
  expect(heard.join('\n')).not.toMatch(/\{\{|chat\.subscribe|undefined/)
  expect(saved(chat)).toMatchObject({ level: 0 })
})

describe('my data', () => {
  const held = { draft: false, links: 2, marks: 1, push: 2, subscription: { ...standing, agreedOn: '2026-11-20', agreedText: 'Chúng tôi hỏi thế này. Bạn có đồng ý không?' } }
  const asksForIt = (what: object): Chat => {
    const chat = aChat({ acts: { held: () => what as never, forget: () => true } })
    chat.sends({ kind: 'start' })
    chat.says('du lieu cua toi')
    return chat
  }

  test('all that is held is listed, the whole subscription and the browsers too, and forgetting is asked twice', () => {
    const chat = asksForIt(held)
    for (const words of [say('chat.myData.links', { count: 2 }), say('chat.myData.marks', { count: 1 }), say('chat.myData.subscription'), 'Lừa đảo; An ninh, trật tự', 'Xã Vĩnh Xương', say('chat.subscribe.quietNight'), say('chat.myData.push', { count: 2 })]) expect(chat.heard()).toContain(words)
    chat.presses(say('chat.myData.forget'))
    expect(chat.acts.map(act => act.name)).toEqual(['held'])
    chat.presses(say('chat.myData.sureYes'))
    expect(chat.acts.map(act => act.name)).toEqual(['held', 'forget'])
    expect(chat.heard()).toContain(say('chat.myData.forgotten'))
  })

  test('what was agreed to can be read again, word for word, with its day', () => {
    const chat = asksForIt(held)
    chat.presses(say('chat.myData.consent'))
    expect(chat.heard()).toMatch(/20\/11\/2026[^]*Chúng tôi hỏi thế này\. Bạn có đồng ý không\?/)
    chat.presses(say('chat.myData.keep'))
    expect(chat.heard()).toContain(say('chat.myData.kept'))
    const other = asksForIt(held)
    other.presses(say('chat.myData.consent'))
    other.presses(say('chat.myData.forget'))
    other.presses(say('chat.myData.sureYes'))
    expect(other.acts.map(act => act.name)).toEqual(['held', 'forget'])
  })

  test('who agreed to nothing is offered nothing to read, and hears that nothing else is kept', () => {
    const chat = asksForIt(nothing)
    expect(chat.heard()).toContain(say('chat.myData.none'))
    expect(chat.buttons()).not.toContain(say('chat.myData.consent'))
  })
})
