// What a message of ours looks like on Zalo Bot, after fitting.
import { expect, test } from 'vitest'
import { fit } from '../../../src/channels/fit.ts'
import type { Message } from '../../../src/channels/message.ts'
import { writeMessage } from '../../../src/channels/zalo-bot/write.ts'
import { startZaloBotStub } from '../../stubs/zalo-bot.ts'
import { startChannel } from './channel-under-test.ts'

const shows = await (async () => {
  const zalo = await startZaloBotStub()
  const { channel, stop } = await startChannel(zalo, { updates: 'polling' })
  await stop()
  await zalo.stop()
  return channel.shows
})()
const words = { moreChoices: 'Còn nữa:', typeNumber: 'Trả lời bằng một số:', typeWord: 'Gõ:' }
const written = (message: Message): string[] => fit(message, shows, words).map((one) => writeMessage(one, 'a').text)

test('choices are numbers to type, links are written out', () => {
  expect(written({ text: 'Chuyện gì?', choices: [{ id: 'a', label: 'Ma túy' }, { id: 'call', label: 'Gọi 113', url: 'tel:113' }, { id: 'b', label: 'Trộm cắp' }] }))
    .toEqual(['Chuyện gì?\n\nGọi 113\n\nTrả lời bằng một số:\n1. Ma túy\n2. Trộm cắp'])
})

test('a text of exactly 2000 characters is one message, one more makes two, and nothing is lost', () => {
  expect(written({ text: 'a'.repeat(2000) })).toHaveLength(1)
  const parts = written({ text: 'a'.repeat(2001) })
  expect(parts.map(({ length }) => length)).toEqual([2000, 1])
})

test('a long text is cut between lines, the numbers stand at the end', () => {
  const parts = written({ text: Array.from({ length: 100 }, (_, n) => `Dòng ${n} ${'x'.repeat(40)}`).join('\n'), choices: [{ id: 'a', label: 'Gửi tin' }] })
  expect(parts.length).toBeGreaterThan(2)
  expect(parts.every((part) => part.length <= 2000 && part.startsWith('Dòng'))).toBe(true)
  expect(parts.at(-1)).toMatch(/1\. Gửi tin$/)
})

test('the code is in the text once, and whole', () => {
  const code = '0123-4567-89AB-CDEF-GHJK-MNPQ'
  expect(written({ text: `Mã tin: ${code}`, copy: code })).toEqual([`Mã tin: ${code}`])
  expect(written({ text: 'Mã tin:', copy: code })).toEqual([`Mã tin:\n\n${code}`])
})

test('it is plain text, composed', () => {
  expect(writeMessage({ text: '<b>*Ba\u0301o* _tin_', guarded: true, silent: true }, 'a')).toEqual({ chat_id: 'a', text: '<b>*Báo* _tin_' })
})
