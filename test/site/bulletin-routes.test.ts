// Bulletins as the world finds them: pages for people, pictures for messengers, data and feeds for programs.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import sharp from 'sharp'
import type { Published } from '../../src/bulletins/published.ts'
import { bulletinRoutes } from '../../src/site/bulletin-routes.ts'
import { chronicle, codes, content, hoursAgo, published, scam, scamEn, scamKm } from '../bulletins/samples.ts'
import { atomFaults, capFaults, xmlFaults } from '../bulletins/xml-check.ts'
import { publicUrl, startBulletinServer, type BulletinServer } from './bulletin-server.ts'

const [first, second, third] = codes
const notice = { number: '12/QĐ-CA', issuedBy: 'Công an tỉnh An Giang', issuedOn: '2026-11-01', expiresOn: '2026-12-01' }
const face = { file: 'mat.webp', width: 40, height: 30, alt: 'Ảnh Nguyễn Văn Ví Dụ' }
let server: BulletinServer

beforeAll(async () => { server = await startBulletinServer() })
afterAll(async () => { await server.stop() })
beforeEach(() => { server.reset() })

interface Got { status: number, headers: Headers, text: string }

/** As a person's browser asks, in Vietnamese, from an address of its own: nobody is slowed down by the tests before. */
async function get (path: string, headers: Record<string, string> = {}): Promise<Got> {
  const answer = await fetch(server.url + path, { headers: { 'Accept': 'text/html', 'Accept-Language': 'vi', 'X-Forwarded-For': `203.0.113.${Math.floor(Math.random() * 250)}`, ...headers } })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

async function bytes (path: string): Promise<{ status: number, headers: Headers, bytes: Buffer }> {
  const answer = await fetch(server.url + path)
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) }
}

function shelve (...some: Published[]): void {
  server.bulletins.push(...some)
}

const meta = (page: string, name: string): string | undefined => new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)">`).exec(page)?.[1]

describe('somebody who opens a bulletin', () => {
  test('reads what happens, what to do, where, who says so, by which law, and until when', async () => {
    shelve(published('warning', first))
    const { status, text, headers } = await get(`/b/${first}`)
    expect(status).toBe(200)
    for (const part of ['<html lang="vi">', scam.headline, 'Sáng nay', 'Tắt máy', 'Phường Long Xuyên', 'Công an tỉnh An Giang', 'Bộ luật Hình sự, Điều 174', 'kiểm tra lại ngày 01/10/2026', 'Có giá trị đến 14:30 ngày 26/11/2026.', 'TB-K7M2-Q49', 'href="tel:113"', 'role="img" aria-label="Quét để mở trang này"', `${publicUrl}/b/${first}`]) expect(text, part).toContain(part)
    expect(headers.get('cache-control')).toBe('public, max-age=30')
    expect(text).not.toContain('BÍ MẬT')
  })

  test.each([`/b/tb-k7m2-q49`, '/b/TB%20K7M2%20Q49', '/b/k7m2q49'])('finds it at %s too, and programs learn its one address', async path => {
    shelve(published('warning', first))
    const { status, text } = await get(path)
    expect(status).toBe(200)
    expect(text).toContain(`<link rel="canonical" href="${publicUrl}/b/${first}">`)
  })

  test('reads it in Khmer or English, and is told when it is not written in their language', async () => {
    shelve(published('warning', first), published('warning', second, { content: { texts: { vi: scam } } }))
    expect((await get(`/b/${first}?lang=km`)).text).toContain(scamKm.headline)
    expect((await get(`/b/${first}`, { 'Accept-Language': 'en-GB' })).text).toContain(scamEn.headline)
    const borrowed = (await get(`/b/${second}?lang=en`)).text
    expect(borrowed).toContain('has not been written in English yet')
    expect(borrowed).toContain(`<h1 lang="vi">${scam.headline}</h1>`)
  })

  test('sees no markup of whoever wrote it, only text', async () => {
    const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    shelve(published('warning', first, { content: { texts: { vi: { headline: evil, body: evil, toDo: evil } }, source: evil, hazard: evil, place: evil, law: { name: evil, verifiedOn: evil }, picture: { file: 'a.png', width: 1, height: 1, alt: evil }, notice: { ...notice, number: evil } } }))
    for (const path of [`/b/${first}`, `/b/${first}/print`, '/bulletins', `/genuine?code=${first}`]) {
      const { text } = await get(path)
      expect(text, path).not.toMatch(/<script>|<img src=x|alert\(1\)<\/script>/)
      expect(text, path).toContain('&lt;script&gt;')
    }
  })

  test('that was corrected is led to the better one, and has to ask for the old words', async () => {
    shelve(published('warning', first, { standing: 'corrected', correctedBy: second }), published('warning', second, { about: { codes: [first], relation: 'correction' } }))
    const { text } = await get(`/b/${first}`)
    expect(text).toContain(`<a href="/b/${second}?lang=vi">Đọc tin mới: TB-A1B2-C3X</a>`)
    expect(text).toMatch(/<details class="old"><summary>Xem lời cũ<\/summary>[^]*Sáng nay/)
    expect((await get(`/b/${second}`)).text).toContain(`Tin này đính chính tin <a href="/b/${first}?lang=vi">TB-K7M2-Q49</a>`)
  })

  test('that was withdrawn is told so, and the old words are gone', async () => {
    shelve(published('warning', first, { standing: 'withdrawn', content: { picture: face } }))
    server.pictures.set(face.file, new Uint8Array([1]))
    const { text } = await get(`/b/${first}`)
    expect(text).toContain('standing-withdrawn')
    expect(text).toContain(scam.headline)
    expect(text).not.toMatch(/Sáng nay|Tắt máy|mat\.webp|\/picture/)
    expect((await get(`/b/${first}.json`)).text).not.toMatch(/Sáng nay|Tắt máy/)
    expect((await get(`/b/${first}/picture`)).status).toBe(404)
  })

  test('that is over learns since when, the minute it ends', async () => {
    shelve(published('warning', first))
    server.at.now = new Date('2026-11-26T07:29:59Z')
    expect((await get(`/b/${first}`)).text).toContain('standing-valid')
    server.at.now = new Date('2026-11-26T07:30:00Z')
    expect((await get(`/b/${first}`)).text).toContain('Tin này đã hết hạn lúc 14:30 ngày 26/11/2026.')
  })

  test('that is an exercise can not take it for real, and no search engine keeps it', async () => {
    shelve(published('alarm', first, { training: true }))
    const { text, headers } = await get(`/b/${first}`)
    expect(text).toMatch(/<title>DIỄN TẬP: /)
    expect(text).toMatch(/<div class="training"[^>]*><b>DIỄN TẬP<\/b>/)
    expect([meta(text, 'robots'), headers.get('x-robots-tag'), meta(text, 'og:title')]).toEqual(['noindex, noarchive', 'noindex, noarchive', `DIỄN TẬP: ${scam.headline}`])
  })

  test('nobody issued is warned instead of being told that there is no such page', async () => {
    for (const path of ['/b/A1B2C3X', '/b/K7M2Q4H', `/b/${'x'.repeat(2000)}`, '/b/%00', '/b/..%2f..%2fetc', '/b/%E0%A4%A']) {
      const { status, text } = await get(path)
      if (path !== '/b/%E0%A4%A') expect([status, text.includes('KHÔNG CÓ TIN NÀO')], path).toEqual([404, true])
      expect(status, path).toBeLessThan(500)
    }
    for (const path of ['/b/A1B2C3X.json', '/b/A1B2C3X/picture', '/b/A1B2C3X/preview.png', '/b/A1B2C3X/cap.xml']) expect((await get(path)).status, path).toBe(404)
  })
})

describe('a notice about a person', () => {
  const one = (more: Parameters<typeof published>[2] = {}): Published => published('wanted', first, { ...more, content: { validUntil: null, notice, picture: face, texts: { vi: { headline: 'Truy tìm Nguyễn Văn Ví Dụ', body: 'Nguyễn Văn Ví Dụ, sinh năm 1990', toDo: 'Gọi 113' } } } })

  test('shows the decision, who issued it, and the day it comes down; search engines are asked to keep nothing', async () => {
    shelve(one())
    server.pictures.set(face.file, new Uint8Array([1, 2, 3]))
    const { text, headers } = await get(`/b/${first}`)
    expect(text).toContain('Số 12/QĐ-CA, Công an tỉnh An Giang, ngày 01/11/2026. Thông báo này tự gỡ sau ngày 01/12/2026.')
    expect(headers.get('x-robots-tag')).toBe('noindex, noarchive')
    expect((await get(`/b/${first}/picture`)).status).toBe(200)
  })

  test('comes down by itself everywhere, name, face and words, when its day is over', async () => {
    shelve(one())
    server.pictures.set(face.file, new Uint8Array([1, 2, 3]))
    server.at.now = new Date('2026-12-01T17:00:00Z')
    const pages = ['/b/K7M2Q49', '/b/K7M2Q49/print', '/b/K7M2Q49.json', '/bulletins', '/genuine?code=K7M2Q49', '/feeds/all.atom', '/feeds/all.rss', '/feeds/all.json', '/feeds/cap.atom']
    for (const path of pages) {
      const { status, text } = await get(path)
      expect([status, text.includes('Ví Dụ'), text.includes('/picture')], path).toEqual([200, false, false])
    }
    for (const path of ['/b/K7M2Q49/picture', '/b/K7M2Q49/picture?version=1', '/b/K7M2Q49/cap.xml']) expect((await get(path)).status, path).toBe(404)
  })

  test('is never told to warning systems', async () => {
    shelve(one())
    expect((await get(`/b/${first}/cap.xml`)).status).toBe(404)
    expect((await get('/feeds/cap.atom')).text).not.toContain('Ví Dụ')
    expect((await get(`/feeds/cap/${first}-1.xml`)).status).toBe(404)
  })
})

describe('a messenger that is given the link', () => {
  test('finds title, words and a picture of the right size', async () => {
    shelve(published('warning', first))
    const { text } = await get(`/b/${first}`)
    expect(meta(text, 'og:title')).toBe(scam.headline)
    expect(meta(text, 'og:description')).toContain('Sáng nay hơn mười người')
    expect(meta(text, 'twitter:card')).toBe('summary_large_image')
    const image = meta(text, 'og:image')?.replaceAll('&amp;', '&') ?? ''
    expect(image).toMatch(new RegExp(`^${publicUrl}/b/${first}/preview\\.png\\?v=1-valid&lang=vi$`))
    const picture = await bytes(image.slice(publicUrl.length))
    expect([picture.headers.get('content-type'), picture.headers.get('x-content-type-options'), picture.headers.get('cross-origin-resource-policy')]).toEqual(['image/png', 'nosniff', 'cross-origin'])
    expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'png', width: 1200, height: 630 })
    expect(picture.bytes.length).toBeLessThan(150_000)
  })

  test('gets another picture when it was withdrawn, and the same one when nothing changed', async () => {
    shelve(published('warning', first))
    const before = await bytes(`/b/${first}/preview.png`)
    expect((await bytes(`/b/${first}/preview.png`)).bytes.equals(before.bytes)).toBe(true)
    server.bulletins[0] = published('warning', first, { standing: 'withdrawn' })
    expect((await bytes(`/b/${first}/preview.png`)).bytes.equals(before.bytes)).toBe(false)
  })
})

describe('a picture of a bulletin', () => {
  test('is sent as what it is and nothing else, also to other sites', async () => {
    shelve(published('warning', first, { content: { picture: { file: 'a.webp', width: 4, height: 4, alt: 'x' } } }))
    server.pictures.set('a.webp', new Uint8Array(Buffer.from('<script>alert(1)</script>')))
    const { headers } = await bytes(`/b/${first}/picture`)
    expect([headers.get('content-type'), headers.get('x-content-type-options'), headers.get('content-security-policy')?.includes("default-src 'none'")]).toEqual(['image/webp', 'nosniff', true])
  })

  test.each(['../server.key', 'a.svg', 'a.html', 'tip/a.png', '.png', 'a.webp\0.png'])('named %s is none of ours, and the shelf is not asked for it', async file => {
    shelve(published('warning', first, { content: { picture: { file, width: 4, height: 4, alt: 'x' } } }))
    server.pictures.set(file, new Uint8Array([1]))
    expect((await get(`/b/${first}/picture`)).status).toBe(404)
    expect((await get(`/b/${first}`)).text).not.toContain('<img')
  })

  test('of an earlier version stays where warning systems were told it is', async () => {
    const [old, present] = [{ file: 'cu.png', width: 4, height: 4, alt: 'x' }, { file: 'moi.png', width: 4, height: 4, alt: 'x' }]
    const one = published('warning', first, { version: 2, changedAt: hoursAgo(1), content: { picture: present } })
    shelve(one)
    server.editions.set(first, chronicle(one, { version: 1, at: hoursAgo(3), content: content('warning', { picture: old }), audience: one.audience }).editions)
    server.pictures.set(old.file, new Uint8Array([1]))
    server.pictures.set(present.file, new Uint8Array([2]))
    expect([...(await bytes(`/b/${first}/picture?version=1`)).bytes, ...(await bytes(`/b/${first}/picture`)).bytes]).toEqual([1, 2])
    expect((await get(`/b/${first}/picture?version=9`)).status).toBe(404)
  })
})

describe('somebody who looks through all bulletins', () => {
  test('finds what holds first when it is an alarm, then the newest, never an exercise', async () => {
    shelve(published('lesson', first, { publishedAt: hoursAgo(1), content: { texts: { vi: { ...scam, headline: 'Bài học mới' } } } }), published('alarm', second, { publishedAt: hoursAgo(5), content: { texts: { vi: { ...scam, headline: 'Báo động cũ hơn' } } } }), published('alarm', third, { training: true, content: { texts: { vi: { ...scam, headline: 'Diễn tập thôi' } } } }))
    const { text } = await get('/bulletins')
    expect(text.indexOf('Báo động cũ hơn')).toBeLessThan(text.indexOf('Bài học mới'))
    expect(text.split('Báo động cũ hơn')).toHaveLength(2)
    expect(text).not.toContain('Diễn tập thôi')
  })

  test('is not alarmed by what is cleared, nor by the all-clear', async () => {
    shelve(published('alarm', first), published('alarm', second, { publishedAt: hoursAgo(1), about: { codes: [first], relation: 'all-clear' } }))
    expect((await get('/bulletins')).text).not.toContain('Đang khẩn cấp')
    const { text } = await get(`/b/${second}`)
    expect(text).toContain('class="bulletin kind-all-clear"')
    expect(text).not.toContain('Báo động khẩn')
    server.bulletins.pop()
    expect((await get('/bulletins')).text).toContain('Đang khẩn cấp')
  })

  test('chooses topic, commune and what still holds; the choice stays chosen', async () => {
    shelve(published('warning', first))
    const { text } = await get('/bulletins?topic=scams&commune=30307&active=1')
    expect(server.asked).toContainEqual({ topic: 'scams', commune: '30307', active: true, most: 21 })
    expect(text).toContain('<option value="scams" selected>')
    expect(text).toContain('<option value="30307" selected>Phường Long Xuyên</option>')
    expect(text).toContain('value="1" checked')
    expect(text).toContain('href="/feeds/topic/scams.atom"')
  })

  test('turns pages by twenty, and comes back', async () => {
    shelve(...Array.from({ length: 45 }, (_, i) => published('lesson', first, { publishedAt: hoursAgo(i + 1), content: { texts: { vi: { ...scam, headline: `Bài ${i + 1}.` } } } })))
    const one = (await get('/bulletins?topic=scams')).text
    expect([one.includes('Bài 20.'), one.includes('Bài 21.')]).toEqual([true, false])
    const next = /rel="next" href="([^"]+)"/.exec(one)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const two = (await get(next)).text
    expect([two.includes('Bài 20.'), two.includes('Bài 21.'), two.includes('Bài 40.'), two.includes('<option value="scams" selected>')]).toEqual([false, true, true, true])
    const last = (await get(/rel="next" href="([^"]+)"/.exec(two)?.[1]?.replaceAll('&amp;', '&') ?? '')).text
    expect([last.includes('Bài 45.'), last.includes('rel="next"'), last.includes('Về tin mới nhất')]).toEqual([true, false, true])
  })

  test('is told when there is nothing, or nothing of the kind', async () => {
    expect((await get('/bulletins')).text).toContain('Chưa có thông báo nào.')
    expect((await get('/bulletins?topic=drugs')).text).toContain('Không có thông báo nào như bạn chọn.')
  })

  test.each(['topic=<script>', 'commune=99999', 'before=abc', 'before=-1', 'before=99999999999999999999', `topic=${'a'.repeat(3000)}`, 'active=yes'])('with a choice nobody offered (%s) sees everything', async query => {
    shelve(published('lesson', first))
    const { status, text } = await get(`/bulletins?${query}`)
    expect([status, text.includes(scam.headline), text.includes('<script>')]).toEqual([200, true, false])
    expect(server.asked[0]).toEqual({ most: 21 })
  })
})

describe('somebody who asks whether a message is genuine', () => {
  test('types the code as it comes and gets the answer with the headline', async () => {
    shelve(published('warning', first))
    const { text } = await get('/genuine?code=tb%20k7m2.q49')
    expect(text).toContain('verdict-valid')
    expect(text).toContain(scam.headline)
    expect(text).toContain('value="tb k7m2.q49"')
  })

  test.each(['A1B2C3X', 'không phải mã', '<b>', "' OR 1=1 --", 'x'.repeat(5000)])('and typed %s is warned', async typed => {
    const { status, text } = await get(`/genuine?code=${encodeURIComponent(typed)}`)
    expect([status, text.includes('verdict-unknown'), text.length < 20_000]).toEqual([200, true, true])
    expect(text).not.toMatch(/value="(<|x{101}|[^"]*'[^"]*"[^>]*OR)/)
  })

  test('gets a form when nothing was typed, with an example that is no bulletin', async () => {
    const { status, text } = await get('/genuine')
    expect([status, text.includes('class="verdict'), text.includes('name="code"')]).toEqual([200, false, true])
  })

  test('is slowed down when asking without end', async () => {
    const from = { 'X-Forwarded-For': '198.51.100.7' }
    const answers = await Promise.all(Array.from({ length: 70 }, async () => (await get('/genuine?code=A1B2C3X', from)).status))
    expect(answers.filter(status => status === 200)).toHaveLength(60)
    expect(answers.filter(status => status === 429)).toHaveLength(10)
  })

  test('leaves no trace of the code in the log', async () => {
    shelve(published('warning', first))
    await get(`/genuine?code=${first}`)
    await get(`/b/${first}`)
    expect(server.lines.length).toBeGreaterThan(1)
    expect(server.lines.join('\n')).not.toContain(first)
  })
})

describe('a program', () => {
  test('gets a bulletin as data, from any site, with nothing that was not published', async () => {
    shelve(published('warning', first, { about: { codes: [second], relation: 'correction' } }))
    const { headers, text } = await get(`/b/${first}.json`)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(JSON.parse(text)).toMatchObject({
      code: first, url: `${publicUrl}/b/${first}`, kind: 'warning', level: 'warning', standing: 'valid', training: false, version: 1, publishedAt: '2026-11-24T04:30:00.000Z',
      texts: { vi: scam, en: scamEn }, topics: ['scams'], localities: [{ code: '30307', name: 'Phường Long Xuyên' }], about: { codes: [second], relation: 'correction' }, picture: null,
    })
    expect(text).not.toMatch(/BÍ MẬT|prepared|channels/)
  })

  test.each(['/feeds/all', '/feeds/topic/scams', '/feeds/commune/30307'])('follows %s in three formats', async feed => {
    shelve(published('warning', first))
    const [atom, rss, json] = [await get(`${feed}.atom`), await get(`${feed}.rss`), await get(`${feed}.json`)]
    expect(await atomFaults([atom.text])).toEqual([])
    expect(await xmlFaults([rss.text])).toEqual([])
    expect((JSON.parse(json.text) as { items: unknown[], feed_url: string })).toMatchObject({ items: [{ url: `${publicUrl}/b/${first}` }], feed_url: `${publicUrl}${feed}.json` })
    expect([atom, rss, json].map(({ headers }) => headers.get('content-type'))).toEqual(['application/atom+xml; charset=utf-8', 'application/rss+xml; charset=utf-8', 'application/feed+json; charset=utf-8'])
    for (const { headers } of [atom, rss, json]) expect([headers.get('cache-control'), headers.get('access-control-allow-origin'), headers.get('last-modified')]).toEqual(['public, max-age=60', '*', 'Tue, 24 Nov 2026 04:30:00 GMT'])
  })

  test('is not sent again what it has, until something changes', async () => {
    shelve(published('warning', first))
    const { headers } = await get('/feeds/all.atom')
    const tag = headers.get('etag') ?? ''
    const again = await get('/feeds/all.atom', { 'If-None-Match': `"other", W/${tag}` })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag])
    server.at.now = new Date('2026-11-27T00:00:00Z')
    const over = await get('/feeds/all.atom', { 'If-None-Match': tag })
    expect([over.status, over.headers.get('last-modified')]).toEqual([200, 'Thu, 26 Nov 2026 07:30:00 GMT'])
  })

  test('asks for a feed in its language', async () => {
    shelve(published('warning', first))
    expect((await get('/feeds/all.json?lang=km')).text).toContain(scamKm.headline)
    // A browser's own wish counts for pages; a feed must be the same for everybody at one address.
    expect((await get('/feeds/all.json', { 'Accept-Language': 'en' })).text).not.toContain(scamEn.headline)
  })

  test.each(['/feeds/none.atom', '/feeds/all.xml', '/feeds/topic/opinions.rss', '/feeds/commune/00000.json', '/feeds/all', '/feeds/cap/K7M2Q49-1', '/feeds/cap/K7M2Q49-99.xml', '/feeds/cap/..%2f..%2fx.xml', `/feeds/topic/${'a'.repeat(3000)}.atom`])('finds nothing at %s', async path => {
    shelve(published('warning', first))
    expect((await get(path)).status).toBe(404)
  })
})

describe('another warning system', () => {
  test('finds every warning that holds, and each message where the feed says it is', async () => {
    shelve(published('warning', first), published('alarm', second, { publishedAt: hoursAgo(1) }), published('lesson', third))
    const feed = await get('/feeds/cap.atom')
    expect(await atomFaults([feed.text])).toEqual([])
    const links = [...feed.text.matchAll(/type="application\/cap\+xml" href="([^"]+)"/g)].map(([, href = '']) => href)
    expect(links).toEqual([`${publicUrl}/feeds/cap/${second}-1.xml`, `${publicUrl}/feeds/cap/${first}-1.xml`])
    for (const link of links) {
      const { headers, text } = await get(link.slice(publicUrl.length))
      expect(headers.get('content-type')).toBe('application/cap+xml')
      expect(await capFaults([text])).toEqual([])
    }
    expect((await get(`/b/${second}/cap.xml`)).text).toBe((await get(`/feeds/cap/${second}-1.xml`)).text)
    expect((await get(`/b/${third}/cap.xml`)).status).toBe(404)
  })

  test('hears of a change as an update, and still finds the message before it', async () => {
    const one = published('warning', first, { version: 2, changedAt: hoursAgo(1) })
    shelve(one)
    server.editions.set(first, chronicle(one, { version: 1, at: hoursAgo(3), content: content('warning'), audience: one.audience }).editions)
    expect((await get('/feeds/cap.atom')).text).toContain('<cap:msgType>Update</cap:msgType>')
    expect((await get(`/feeds/cap/${first}-1.xml`)).text).toContain('<msgType>Alert</msgType>')
    expect((await get(`/b/${first}/cap.xml`)).text).toContain(`<references>tin-bao@tinbao.example.vn,${first}-1,2026-11-24T11:30:00+07:00</references>`)
  })

  test('hears that a warning was corrected, cleared or taken back, and the first one leaves the feed', async () => {
    shelve(published('alarm', first, { standing: 'corrected', correctedBy: second }), published('alarm', second, { publishedAt: hoursAgo(1), about: { codes: [first], relation: 'all-clear' } }), published('warning', third, { standing: 'withdrawn', changedAt: hoursAgo(2) }))
    const { text } = await get('/feeds/cap.atom')
    expect([...text.matchAll(/<cap:identifier>([^<]+)/g)].map(([, name]) => name)).toEqual([`${second}-1`, `${third}-withdrawn`])
    expect([...text.matchAll(/<cap:msgType>([^<]+)/g)].map(([, type]) => type)).toEqual(['Update', 'Cancel'])
    const cancel = await get(`/feeds/cap/${third}-withdrawn.xml`)
    expect(await capFaults([cancel.text])).toEqual([])
    expect((await get(`/feeds/cap/${first}-1.xml`)).status).toBe(200)
  })

  test('hears only of the all-clear, even while the alarm itself has not run out', async () => {
    shelve(published('alarm', first), published('alarm', second, { publishedAt: hoursAgo(1), about: { codes: [first], relation: 'all-clear' } }))
    expect([...(await get('/feeds/cap.atom')).text.matchAll(/<cap:identifier>([^<]+)/g)].map(([, name]) => name)).toEqual([`${second}-1`])
  })

  test('finds nothing that is over, and never an exercise', async () => {
    shelve(published('warning', first, { content: { validUntil: hoursAgo(1).toISOString() } }), published('alarm', second, { training: true }))
    expect((await get('/feeds/cap.atom')).text).not.toContain('<entry')
    expect((await get(`/feeds/cap/${second}-1.xml`)).status).toBe(404)
    const exercise = await get(`/b/${second}/cap.xml`)
    expect(exercise.text).toContain('<status>Exercise</status>')
  })
})

test('a sender that can not stand in a message is refused at the start', () => {
  expect(() => { bulletinRoutes({} as never, { sender: 'Công an, tỉnh' } as never) }).toThrow('CAP sender')
})
