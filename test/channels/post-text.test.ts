// A post as one text: whole, or cut where a reader would cut, with the link to the rest.
import { expect, test } from 'vitest'
import { postText } from '../../src/channels/post-text.ts'
import { aPost, longText } from './a-post.ts'

const { link } = aPost()

test('what fits is said whole, with the link at the end, once', () => {
  expect(postText({ headline: 'Họp dân', text: 'Tối nay 19 giờ.\n', link }, 1024)).toBe(`Họp dân\n\nTối nay 19 giờ.\n\n${link}`)
  expect(postText({ headline: 'Họp dân', text: `Xem ${link}`, link }, 1024)).toBe(`Họp dân\n\nXem ${link}`)
  expect(postText({ headline: '', text: 'Tối nay.', link }, 1024)).toBe(`Tối nay.\n\n${link}`)
})

test('what does not fit ends at a word, with an ellipsis and the link', () => {
  const text = postText(aPost({ text: longText(5000) }), 1024)
  expect(text.length).toBeLessThanOrEqual(1024)
  expect(text.length).toBeGreaterThan(900)
  expect(text.startsWith(`${aPost().headline}\n\nHãy bình tĩnh`)).toBe(true)
  expect(text).toMatch(/[a-zà-ỹ.]… https:\/\/baotin\.example\/ban-tin\/K7M2-Q4$/)
  expect(postText(aPost({ text: 'x'.repeat(5000) }), 1024)).toHaveLength(1024)
})

test('a text of exactly the limit is not cut, one letter more is', () => {
  const exactly = (letters: number): string => postText({ headline: 'A', text: 'x'.repeat(letters), link }, 1024)
  const most = 1024 - `A\n\n\n\n${link}`.length
  expect(exactly(most)).not.toContain('…')
  expect(exactly(most + 1)).toContain('…')
})

test('letters typed in two pieces are put together before they are counted', () => {
  expect(postText({ headline: 'Hop', text: 'cảnh báo'.normalize('NFD'), link }, 1024)).toBe(`Hop\n\ncảnh báo\n\n${link}`)
})
