// The pretended Facebook keeps to what is known of the real one; else our tests prove nothing.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startFacebookStub, type FacebookStub } from './facebook.ts'

let facebook: FacebookStub
beforeEach(async () => { facebook = await startFacebookStub() })
afterEach(async () => { await facebook.stop() })

async function ask (method: string, path: string, body?: Record<string, unknown>, authorization = `Bearer ${facebook.token}`): Promise<{ status: number, answer: Record<string, unknown>, code: unknown }> {
  const response = await fetch(`${facebook.base}${path}`, { method, headers: { authorization, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const answer = await response.json() as Record<string, unknown>
  return { status: response.status, answer, code: (answer['error'] as { code?: number } | undefined)?.code }
}

test('a post is published, told, changed and deleted by its id, which begins with the page\'s', async () => {
  const { answer: { id } } = await ask('POST', `/${facebook.pageId}/feed`, { message: 'Một', link: 'https://baotin.example/' })
  expect(String(id)).toMatch(new RegExp(`^${facebook.pageId}_\\d+$`))
  expect((await ask('GET', `/${String(id)}?fields=permalink_url`)).answer).toMatchObject({ id, permalink_url: expect.stringMatching(/^https:\/\/www\.facebook\.com\//) })
  expect((await ask('POST', `/${String(id)}`, { message: 'Hai' })).answer).toEqual({ success: true })
  expect(facebook.posts).toMatchObject([{ message: 'Hai', link: 'https://baotin.example/', edited: true }])
  expect((await ask('DELETE', `/${String(id)}`)).answer).toEqual({ success: true })
  expect(await ask('DELETE', `/${String(id)}`)).toMatchObject({ status: 400, code: 100 })
})

test('a photo has an id and its post another', async () => {
  const { answer } = await ask('POST', `/${facebook.pageId}/photos`, { url: 'https://baotin.example/a.jpg', caption: 'Một', alt_text_custom: 'Hai' })
  expect(answer['post_id']).toBe(facebook.posts[0]?.id)
  expect(answer['id']).not.toBe(answer['post_id'])
  expect(facebook.posts[0]).toMatchObject({ message: 'Một', picture: { alt: 'Hai' } })
})

test('it refuses what the real one refuses, with its codes', async () => {
  const feed = `/${facebook.pageId}/feed`
  expect(await ask('POST', feed, { message: '' })).toMatchObject({ status: 400, code: 100 })
  expect((await ask('POST', feed, { message: 'x', link: 'x' })).code).toBe(100)
  expect((await ask('POST', feed, { message: 'x' }, 'Bearer ')).code).toBe(2500)
  expect(await ask('POST', feed, { message: 'x' }, 'Bearer x')).toMatchObject({ status: 401, code: 190 })
  expect((await ask('POST', feed, { message: 'x' })).status).toBe(200)
  expect((await ask('POST', feed, { message: 'x' })).code).toBe(506)
  facebook.switches.reachesPages = false
  expect((await ask('POST', feed, { message: 'y', link: 'https://baotin.example/' })).code).toBe(1609005)
  facebook.switches.reachesPictures = false
  expect((await ask('POST', `/${facebook.pageId}/photos`, { url: 'https://baotin.example/a.jpg' })).code).toBe(324)
  facebook.switches.mayPost = false
  expect(await ask('POST', feed, { message: 'z' })).toMatchObject({ status: 403, code: 200 })
  facebook.switches.expired = true
  expect((await ask('POST', feed, { message: 'z' })).answer['error']).toMatchObject({ code: 190, error_subcode: 463 })
})
