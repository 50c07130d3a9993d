// Writing for Telegram: what a message of ours becomes.
import { describe, expect, test } from 'vitest'
import { removal, writeMessage } from '../../../src/channels/telegram/write.ts'
import { parseHtml } from '../../stubs/telegram/html.ts'

const words = { shareLocation: 'Gửi vị trí', locationHint: 'Bấm nút bên dưới' }
const to = '5000000021'

test('a plain text stays plain, without link previews', () => {
  expect(writeMessage({ text: 'Chào <bạn> & nhà' }, to, words)).toEqual({
    main: { method: 'sendMessage', payload: { chat_id: 5000000021, text: 'Chào <bạn> & nhà', link_preview_options: { is_disabled: true } } },
  })
})

describe('choices', () => {
  const choices = ['1', '2', '3', '4', '5', '6', '7'].map((label) => ({ id: `q:${label}`, label }))

  test('stand one a line', () => {
    const { main } = writeMessage({ text: 'Chọn', choices }, to, words)
    expect(main.payload.reply_markup).toEqual({ inline_keyboard: choices.map(({ id, label }) => [{ text: label, callback_data: id }]) })
  })

  test('stand side by side when they are short and asked to', () => {
    const { main } = writeMessage({ text: 'Chọn', choices, compact: true }, to, words)
    expect(rows(main.payload.reply_markup)).toEqual([['1', '2', '3', '4', '5'], ['6', '7']])
  })

  test('long labels keep a line each, whatever was asked', () => {
    const long = [{ id: 'a', label: 'Đúng là phường Long Xuyên' }, { id: 'b', label: 'Không phải' }]
    expect(rows(writeMessage({ text: 'Chọn', choices: long, compact: true }, to, words).main.payload.reply_markup)).toHaveLength(2)
  })

  test('danger is red and the main one stands out', () => {
    const { main } = writeMessage({ text: 'Xóa?', choices: [{ id: 'y', label: 'Xóa', tone: 'danger' }, { id: 'n', label: 'Giữ', tone: 'main' }, { id: 'b', label: 'Quay lại', tone: 'quiet' }] }, to, words)
    expect(main.payload.reply_markup).toEqual({ inline_keyboard: [
      [{ text: 'Xóa', callback_data: 'y', style: 'danger' }], [{ text: 'Giữ', callback_data: 'n', style: 'primary' }], [{ text: 'Quay lại', callback_data: 'b' }],
    ] })
  })

  test('phone numbers are written out, since Telegram has no buttons for them; web links are buttons', () => {
    const { main } = writeMessage({
      text: 'Gọi ngay:',
      choices: [{ id: 'a', label: 'Công an', url: 'tel:113' }, { id: 'b', label: 'Cấp cứu 115', url: 'tel:115' }, { id: 'c', label: 'Trang web', url: 'https://example.org/' }],
    }, to, words)
    expect(main.payload.text).toBe('Gọi ngay:\n\nCông an: 113\nCấp cứu 115')
    expect(main.payload.reply_markup).toEqual({ inline_keyboard: [[{ text: 'Trang web', url: 'https://example.org/' }]] })
  })
})

describe('a code worth copying', () => {
  test('is marked where it stands, and nothing around it becomes mark-up', () => {
    const { main } = writeMessage({ text: 'Mã <của> bạn: AB12-CD34 & hãy giữ', copy: 'AB12-CD34' }, to, words)
    expect(main.payload.parse_mode).toBe('HTML')
    expect(main.payload.text).toBe('Mã &lt;của&gt; bạn: <code>AB12-CD34</code> &amp; hãy giữ')
    expect(parseHtml(main.payload.text)).toEqual({ ok: true, text: 'Mã <của> bạn: AB12-CD34 & hãy giữ' })
  })

  test('is added when the text does not have it', () => {
    expect(writeMessage({ text: 'Mã của bạn:', copy: 'A<B' }, to, words).main.payload.text).toBe('Mã của bạn:\n\n<code>A&lt;B</code>')
  })
})

describe('asking for a position', () => {
  const keyboard = { keyboard: [[{ text: 'Gửi vị trí', request_location: true }]], resize_keyboard: true, one_time_keyboard: true }

  test('puts a button in place of the letters', () => {
    const { main, after } = writeMessage({ text: 'Ở đâu?', wants: 'location' }, to, words)
    expect(main.payload.reply_markup).toEqual(keyboard)
    expect(after).toBeUndefined()
  })

  test('takes a second, silent line when the question has choices of its own', () => {
    const { main, after } = writeMessage({ text: 'Ở đâu?', wants: 'location', choices: [{ id: 'dunno', label: 'Tôi không biết' }] }, to, words)
    expect(rows(main.payload.reply_markup)).toEqual([['Tôi không biết']])
    expect(after?.payload).toMatchObject({ text: 'Bấm nút bên dưới', reply_markup: keyboard, disable_notification: true })
  })

  test('the button goes with the next message, or with a line of its own', () => {
    expect(writeMessage({ text: 'Cảm ơn' }, to, words, true).main.payload.reply_markup).toEqual({ remove_keyboard: true })
    expect(writeMessage({ text: 'Đúng không?', choices: [{ id: 'y', label: 'Đúng' }] }, to, words, true).main.payload.reply_markup).toHaveProperty('inline_keyboard')
    expect(removal(to).payload.reply_markup).toEqual({ remove_keyboard: true })
  })
})

test('what must not be forwarded is protected, what must not ring is silent', () => {
  const { main } = writeMessage({ text: 'Trả lời', guarded: true, silent: true }, to, words)
  expect(main.payload).toMatchObject({ protect_content: true, disable_notification: true })
})

function rows (markup: unknown): string[][] {
  return (markup as { inline_keyboard: { text: string }[][] }).inline_keyboard.map((row) => row.map(({ text }) => text))
}
