// A whole report where there are no buttons: everything is told by typing the numbers and words that stand in the messages.
import { expect, test } from 'vitest'
import { fit } from '../../../src/channels/fit.ts'
import type { Message } from '../../../src/channels/message.ts'
import { languages } from '../../../src/i18n.ts'
import { says } from '../../../src/locales.ts'
import { aChat, aReceipt, type Chat } from '../../conversation/chat.ts'

const shows = { text: 2000, buttons: 0, buttonBytes: 0, buttonLabel: 0, askLocation: false, fileBytes: 20 * 1024 * 1024 }
const words = { moreChoices: 'Còn nữa:', typeNumber: 'Trả lời bằng một số:', typeWord: 'Gõ:' }

/** Types the number that stands before a label in what was just said. @throws when none does */
function types (chat: Chat, label: string | RegExp, said: Message[]): Message[] {
  const text = said.flatMap((message) => fit(message, shows, words)).map((message) => message.text).join('\n')
  const line = [...text.matchAll(/^(\d{1,2})\. (.+)$/gm)].findLast(([, , shown = '']) => typeof label === 'string' ? shown === label : label.test(shown))
  if (line?.[1] === undefined) throw new Error(`No number for ${String(label)} in: ${text}`)
  return chat.says(line[1])
}

test.each(languages)('from the first question to the code, in %s', (language) => {
  const say = says[language]
  const chat = aChat({ channel: 'zalo-bot', shows, language, acts: { receiveTip: () => aReceipt } })
  chat.says('chào')
  let said = types(chat, say('chat.report.dangerNo'), chat.says('báo tin'))
  // The kind by its number in a long list.
  said = types(chat, say('categories.drugs.short'), said)
  said = chat.says('Tối nào cũng có người bán ma túy ở quán cà phê đầu hẻm')
  said = types(chat, say('chat.answers.yes'), said)
  said = chat.says('bỏ qua')
  said = chat.says('skip')
  // A place that is several: by its number, after going back once.
  said = chat.says('Vĩnh Thạnh')
  said = chat.says('quay lại')
  said = chat.says('bỏ qua')
  said = chat.says('phường Long Xuyên')
  said = chat.says('bỏ qua')
  said = types(chat, say('chat.report.whenToday'), said)
  said = chat.says('xong')
  said = types(chat, say('chat.report.anonymous'), said)
  // A change at the review, and the same answer again.
  said = types(chat, say('chat.report.edit'), said)
  said = types(chat, new RegExp(`^${say('chat.labels.when')}`), said)
  said = types(chat, say('chat.report.whenOften'), said)
  types(chat, say('chat.report.send'), said)
  expect(chat.heard()).toContain(aReceipt.code)
  expect(chat.acts.find(({ name }) => name === 'receiveTip')?.give).toMatchObject({ category: 'drugs' })
})

test('no message has a button, and none is longer than Zalo takes', () => {
  const chat = aChat({ channel: 'zalo-bot', shows, acts: { receiveTip: () => aReceipt } })
  const said = ['chào', 'báo tin', '1', '1', 'Có người bán ma túy '.repeat(150), 'trợ giúp'].flatMap((text) => chat.says(text))
  const sent = said.flatMap((message) => fit(message, shows, words))
  expect(sent.length).toBeGreaterThan(said.length - 1)
  expect(sent.filter(({ text, choices }) => (choices ?? []).length > 0 || text.length > 2000)).toEqual([])
})
