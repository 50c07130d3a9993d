// Feed readers, other sites and other systems follow what we publish: valid, safe to show, honest about what no longer stands.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capMessages } from '../../src/bulletins/cap-messages.ts'
import { writeAtom, writeCapFeed } from '../../src/bulletins/feed-atom.ts'
import { writeJsonFeed } from '../../src/bulletins/feed-json.ts'
import { writeRss } from '../../src/bulletins/feed-rss.ts'
import { beginning, feedOf, type Feed } from '../../src/bulletins/feed.ts'
import type { Published } from '../../src/bulletins/published.ts'
import { shownAt } from '../../src/bulletins/shown.ts'
import { xmlText } from '../../src/bulletins/xml.ts'
import type { Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { chronicle, codes, hoursAgo, now, published, scam, scamKm } from './samples.ts'
import { atomFaults, xmlFaults } from './xml-check.ts'

const site = 'https://tinbao.example.vn'
const [first, second] = codes
const notice = { number: '12/QĐ-CA', issuedBy: 'Công an tỉnh An Giang', issuedOn: '2026-11-01', expiresOn: '2026-12-01' }

function feed (bulletins: Published[], language: Language = 'vi', at = now): Feed {
  return feedOf('Tin Báo An Giang: mọi thông báo', `${site}/feeds/all.atom`, bulletins.map(one => shownAt(one, at)), { publicUrl: site, say: says[language], language })
}

function json (made: Feed): { items: Record<string, unknown>[] } {
  return JSON.parse(writeJsonFeed(made)) as { items: Record<string, unknown>[] }
}

describe('all three formats', () => {
  test('tell the same bulletins, with page, time, topic and place', async () => {
    const made = feed([published('warning', first), published('lesson', second, { publishedAt: hoursAgo(30), content: { validUntil: null } })])
    const [atom, rss] = [writeAtom(made), writeRss(made)]
    expect(await atomFaults([atom])).toEqual([])
    expect(await xmlFaults([rss])).toEqual([])
    for (const xml of [atom, rss]) for (const part of [`${site}/b/${first}`, `${site}/b/${second}`, scam.headline, 'Lừa đảo', 'Phường Long Xuyên', 'commune-30307']) expect(xml).toContain(part)
    expect(atom).toContain('<updated>2026-11-24T04:30:00.000Z</updated>')
    expect(rss).toContain('<pubDate>Tue, 24 Nov 2026 04:30:00 GMT</pubDate>')
    expect(JSON.parse(writeJsonFeed(made))).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1', title: made.title, home_page_url: `${site}/bulletins`, feed_url: `${site}/feeds/all.atom`, language: 'vi',
      items: [{ id: `${site}/b/${first}`, url: `${site}/b/${first}`, title: scam.headline, date_published: '2026-11-24T04:30:00.000Z', authors: [{ name: 'Công an tỉnh An Giang' }], tags: ['warning', 'level-warning', 'scams', 'commune-30307'], language: 'vi' }, {}],
    })
  })

  test('are whole when there is nothing to tell', async () => {
    expect(await atomFaults([writeAtom(feed([])), writeCapFeed({ title: 'CAP', self: `${site}/feeds/cap.atom`, home: site }, [])])).toEqual([])
    expect(await xmlFaults([writeRss(feed([]))])).toEqual([])
    expect(json(feed([])).items).toEqual([])
  })

  test('speak the language that was asked for, and say so where they can not', () => {
    const [km, borrowed] = json(feed([published('warning', first), published('warning', second, { content: { texts: { vi: scam } } })], 'km')).items
    expect([km?.title, km?.language]).toEqual([scamKm.headline, 'km'])
    expect([borrowed?.title, borrowed?.language]).toEqual([scam.headline, 'vi'])
  })

  test('take a text for text, also in readers that show HTML', async () => {
    const texts = { vi: { headline: '<img src=x onerror=alert(1)> & "a"', body: '<script>alert(1)</script>\n\nA & B', toDo: ']]>' } }
    const made = feed([published('warning', first, { content: { texts } })])
    const [atom, rss] = [writeAtom(made), writeRss(made)]
    expect(await atomFaults([atom])).toEqual([])
    for (const xml of [atom, rss]) {
      expect(xml).not.toMatch(/<(img|script)/)
      // Here a reader finds HTML, in which the tag is only text.
      const shown = /<(?:content type="html"|description)>(&lt;p.*)<\//.exec(xml)?.[1] ?? ''
      expect(shown).not.toContain('&lt;script')
      expect(shown).toContain('&amp;#60;script')
    }
    expect(json(made).items[0]?.content_html).toContain('<p>&#60;script&#62;alert(1)&#60;/script&#62;</p><p>A &#38; B</p>')
  })

  test('are valid whatever somebody writes', async () => {
    const part = fc.oneof(fc.constantFrom(']]>', '<b>', '&amp;', '\0', '\ud800', '\udfff', '\ufffe', '🚨', '\r', '<![CDATA['), fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)))
    const text = fc.array(part, { maxLength: 20 }).map(parts => `Chữ ${parts.join('')}`)
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ headline: text, body: text, toDo: text, source: text }), { minLength: 10, maxLength: 20 }), async written => {
      const made = feed(written.map(({ source, ...words }) => published('warning', first, { content: { source, texts: { vi: words } } })))
      expect(await atomFaults([writeAtom(made)])).toEqual([])
      expect(await xmlFaults([writeRss(made)])).toEqual([])
      expect(json(made).items).toHaveLength(written.length)
    }), { numRuns: 5 })
  })
})

describe('what no longer stands', () => {
  test('is told under the same name, with the standing first and a new time', () => {
    const made = feed([published('warning', first, { content: { validUntil: hoursAgo(1).toISOString() } })])
    expect(made.entries[0]).toMatchObject({ url: `${site}/b/${first}`, title: `[Đã hết hạn] ${scam.headline}`, changedAt: hoursAgo(1) })
    expect(made.updatedAt).toEqual(hoursAgo(1))
  })

  test('because it was withdrawn is not repeated', () => {
    const text = writeJsonFeed(feed([published('warning', first, { standing: 'withdrawn' })]))
    expect(text).toContain('[Đã rút]')
    expect(text).not.toContain('Sáng nay')
  })

  test.each([
    ['after its last day', { content: { notice, validUntil: null } }, new Date('2026-12-01T17:00:00Z')],
    ['when it was withdrawn', { content: { notice, validUntil: null }, standing: 'withdrawn' as const }, now],
  ])('and was about a person names nobody %s', (_, more, at) => {
    const one = published('wanted', first, { ...more, content: { ...more.content, texts: { vi: { headline: 'Truy tìm Nguyễn Văn Ví Dụ', body: 'Nguyễn Văn Ví Dụ, sinh năm 1990', toDo: 'Gọi 113' } }, picture: { file: 'mat.webp', width: 1, height: 1, alt: 'Nguyễn Văn Ví Dụ' } } })
    for (const text of [writeAtom(feed([one], 'vi', at)), writeRss(feed([one], 'vi', at)), writeJsonFeed(feed([one], 'vi', at))]) {
      expect(text).toContain('đã gỡ')
      expect(text).not.toMatch(/Ví Dụ|picture/)
    }
    expect(writeAtom(feed([one], 'vi', new Date('2026-11-30T17:00:00Z'))).includes('Ví Dụ')).toBe(one.standing === 'valid')
  })
})

test('an exercise is in no feed, even when it is handed over', () => {
  expect(feed([published('alarm', first, { training: true })]).entries).toEqual([])
})

test('what is prepared for later is in no feed', () => {
  const made = feed([published('alarm', first)])
  for (const text of [writeAtom(made), writeRss(made), writeJsonFeed(made)]) expect(text).not.toContain('BÍ MẬT')
})

test('the feed of warnings leads to each message, and tells enough to choose by', async () => {
  const [message] = capMessages(chronicle(published('alarm', first)), [], { sender: 'a@example.vn', publicUrl: site, say: language => says[language], boundaries: null })
  if (message === undefined) throw new Error('There is no message.')
  const url = `${site}/feeds/cap/${message.alert.identifier}.xml`
  const xml = writeCapFeed({ title: 'Cảnh báo (CAP)', self: `${site}/feeds/cap.atom`, home: site }, [{ message, url }])
  expect(await atomFaults([xml])).toEqual([])
  for (const part of [`<id>${url}</id>`, `<link type="application/cap+xml" href="${url}"/>`, `<link rel="alternate" type="text/html" href="${site}/b/${first}"/>`, '<updated>2026-11-24T11:30:00+07:00</updated>', '<cap:severity>Severe</cap:severity>', '<cap:msgType>Alert</cap:msgType>', '<cap:areaDesc>Phường Long Xuyên</cap:areaDesc>', '<cap:value>30307</cap:value>']) expect(xml).toContain(part)
})

describe('a text in XML', () => {
  test('keeps what people write and loses only what XML can not hold', () => {
    expect(xmlText('Ẩn & <b> "ដី" 🚨\r\nmới\rnữa\t.')).toBe('Ẩn &amp; &lt;b&gt; &quot;ដី&quot; 🚨\nmới\nnữa\t.')
    expect(xmlText('a\0b\u001bc\ud800d\ufffee\u{1ffff}f\u0080g')).toBe('a�b�c�d�e�f�g')
    expect(xmlText(']]>')).toBe(']]&gt;')
  })
})

test('the beginning of a text ends with a word, and never in the middle of a sign', () => {
  expect(beginning('một hai ba bốn', 12)).toBe('một hai ba…')
  expect(beginning('ngắn', 12)).toBe('ngắn')
  expect(beginning('🚨🚨🚨🚨', 3)).toBe('🚨🚨…')
})
