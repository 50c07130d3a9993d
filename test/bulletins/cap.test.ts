// Other warning systems take our warnings by CAP: every message is valid, names what it replaces, and is never changed afterwards.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capMessages, type CapMessage, type CapRoom } from '../../src/bulletins/cap-messages.ts'
import { capProblems } from '../../src/bulletins/cap-check.ts'
import { capTime, writeCap, type Alert } from '../../src/bulletins/cap.ts'
import type { Words } from '../../src/bulletins/content.ts'
import type { Chronicle, Edition } from '../../src/bulletins/edition.ts'
import { boundaries } from '../../src/localities/boundaries.ts'
import { allLocalities } from '../../src/localities/locality.ts'
import { says } from '../../src/locales.ts'
import { chronicle, codes, content, hoursAgo, published, scam, scamEn } from './samples.ts'
import { capFaults } from './xml-check.ts'

const room: CapRoom = { sender: 'tin-bao@tinbao.example.vn', publicUrl: 'https://tinbao.example.vn', say: language => says[language], boundaries }
const [first, second, third] = codes

/** All its messages, every one of which is right by the schema and by our own check. */
async function messagesOf (one: Chronicle, about: Chronicle[] = [], there = room): Promise<CapMessage[]> {
  const messages = capMessages(one, about, there)
  expect(messages.flatMap(({ alert }) => capProblems(alert))).toEqual([])
  if (messages.length > 0) expect(await capFaults(messages.map(({ alert }) => writeCap(alert)))).toEqual([])
  return messages
}

async function only (one: Chronicle, about: Chronicle[] = [], there = room): Promise<Alert> {
  const messages = await messagesOf(one, about, there)
  expect(messages).toHaveLength(1)
  return messages[0]?.alert ?? expect.fail('There is no message.')
}

const told = (alert: Alert): string[] => alert.references.map(({ identifier, sent }) => `${identifier} ${sent.toISOString()}`)
const edition = (version: number, at: Date, more: Parameters<typeof content>[1] = {}): Edition => ({ version, at, content: content('warning', more), audience: { topics: ['scams'], localities: ['30307'] } })

describe('a warning', () => {
  test('is told in all its languages, with place, end, and what to do', async () => {
    const alert = await only(chronicle(published('warning', first)))
    expect(alert).toMatchObject({ identifier: `${first}-1`, sender: room.sender, sent: hoursAgo(3), status: 'Actual', msgType: 'Alert', scope: 'Public', references: [] })
    expect(alert.infos.map(({ language }) => language)).toEqual(['vi-VN', 'en-US', 'km-KH'])
    const [vi, en] = alert.infos
    expect(vi).toMatchObject({
      categories: ['Security'], event: 'Lừa đảo qua điện thoại', responseTypes: ['Avoid'], urgency: 'Expected', severity: 'Moderate', certainty: 'Likely',
      senderName: 'Công an tỉnh An Giang', headline: scam.headline, description: scam.body, instruction: scam.toDo, web: `https://tinbao.example.vn/b/${first}`,
    })
    expect(en).toMatchObject({ event: 'Warning: Scams', headline: scamEn.headline, web: `https://tinbao.example.vn/b/${first}?lang=en` })
    expect(writeCap(alert)).toContain('<expires>2026-11-26T14:30:00+07:00</expires>')
    expect(writeCap(alert)).toContain('<sent>2026-11-24T11:30:00+07:00</sent>')
  })

  test('names its commune by code and outline, latitude first', async () => {
    const [area] = (await only(chronicle(published('warning', first)))).infos[0]?.areas ?? []
    expect(area).toMatchObject({ description: 'Phường Long Xuyên', geocodes: [{ name: 'VN-DVHC-2025', value: '30307' }] })
    const [latitude = 0, longitude = 0] = area?.polygons[0]?.[0] ?? []
    expect([Math.round(latitude), Math.round(longitude)]).toEqual([10, 105])
  })

  test('for everybody holds in the whole province, sea and islands included', async () => {
    const alert = await only(chronicle(published('warning', first, { audience: { topics: ['scams'], localities: [] } })))
    const [area] = alert.infos[0]?.areas ?? []
    expect(area).toMatchObject({ description: 'Cả tỉnh An Giang', geocodes: [{ name: 'VN-DVHC-2025', value: '91' }] })
    // Mainland, Phú Quốc and the small islands; no border between communes is left.
    expect(area?.polygons.length).toBeGreaterThan(40)
    const corners = (rings: readonly (readonly unknown[])[]): number => rings.flat().length
    expect(corners(area?.polygons ?? [])).toBeLessThan(corners(Object.values(boundaries.units).flat(2)) / 6)
  })

  test('can be told for each of the 102 communes', async () => {
    const alert = await only(chronicle(published('warning', first, { audience: { topics: ['scams'], localities: allLocalities.map(({ code }) => code) }, content: { texts: { vi: scam } } })))
    expect(alert.infos[0]?.areas.every(({ polygons }) => polygons.length > 0)).toBe(true)
    expect(alert.infos[0]?.areas).toHaveLength(102)
  })

  test('is told by codes only where the map may not be given on', async () => {
    const alert = await only(chronicle(published('warning', first)), [], { ...room, boundaries: null })
    expect(alert.infos.flatMap(({ areas }) => areas.flatMap(({ polygons }) => polygons))).toEqual([])
    expect(writeCap(alert)).toContain('<value>30307</value>')
  })

  test('with a picture says where it is', async () => {
    const picture = { file: 'a.webp', width: 800, height: 600, alt: 'Ảnh cuộc gọi' }
    const [info] = (await only(chronicle(published('warning', first, { content: { picture } })))).infos
    expect(info?.resources).toEqual([{ description: 'Ảnh cuộc gọi', mimeType: 'image/webp', uri: `https://tinbao.example.vn/b/${first}/picture?version=1` }])
  })

  test('whose translation is a copy of the Vietnamese is told in Vietnamese only', async () => {
    const alert = await only(chronicle(published('warning', first, { content: { texts: { vi: scam, en: scam } } })))
    expect(alert.infos.map(({ language }) => language)).toEqual(['vi-VN'])
  })

  test('without an end gets one, and a long headline is cut between letters', async () => {
    const alert = await only(chronicle(published('warning', first, { content: { validUntil: null, texts: { vi: { ...scam, headline: '🚨'.repeat(200) } } } })))
    expect(alert.infos[0]?.expires).toEqual(new Date(hoursAgo(3).getTime() + 24 * 3_600_000))
    expect(alert.infos[0]?.headline).toBe(`${'🚨'.repeat(139)}…`)
  })
})

describe('an alarm', () => {
  test('is immediate and severe', async () => {
    const [info] = (await only(chronicle(published('alarm', first, { audience: { topics: ['fire-water', 'traffic'], localities: ['31078'] } })))).infos
    expect(info).toMatchObject({ urgency: 'Immediate', severity: 'Severe', certainty: 'Observed', categories: ['Fire', 'Rescue', 'Transport', 'Safety'] })
  })
})

describe('a change', () => {
  test('is an update that names every earlier message that people may still see', async () => {
    const one = published('warning', first, { version: 3, publishedAt: hoursAgo(5), changedAt: hoursAgo(1) })
    const messages = await messagesOf(chronicle(one, edition(1, hoursAgo(5), { validUntil: hoursAgo(2).toISOString() }), edition(2, hoursAgo(3))))
    expect(messages.map(({ alert }) => [alert.identifier, alert.msgType, told(alert)])).toEqual([
      [`${first}-1`, 'Alert', []],
      [`${first}-2`, 'Update', [`${first}-1 ${hoursAgo(5).toISOString()}`]],
      // The first has expired.
      [`${first}-3`, 'Update', [`${first}-2 ${hoursAgo(3).toISOString()}`]],
    ])
  })

  test('leaves what was published before as it was, to the last byte', async () => {
    const before = published('warning', first, { publishedAt: hoursAgo(5) })
    const [original] = await messagesOf(chronicle(before))
    const after = published('warning', first, { publishedAt: hoursAgo(5), version: 2, changedAt: hoursAgo(1), content: { texts: { vi: { ...scam, body: 'Khác hẳn.' } } }, standing: 'withdrawn' })
    const [again] = await messagesOf(chronicle(after, { version: 1, at: before.publishedAt, content: before.content, audience: before.audience }))
    if (original === undefined || again === undefined) throw new Error('There is no message.')
    expect(writeCap(again.alert)).toBe(writeCap(original.alert))
  })

  test('when all before it has expired still says what it updates', async () => {
    const one = published('warning', first, { version: 2, publishedAt: hoursAgo(50), changedAt: hoursAgo(1) })
    const messages = await messagesOf(chronicle(one, edition(1, hoursAgo(50), { validUntil: hoursAgo(40).toISOString() })))
    expect(messages.map(({ alert }) => [alert.msgType, alert.references.length])).toEqual([['Alert', 0], ['Update', 1]])
  })
})

describe('another bulletin', () => {
  const original = chronicle(published('alarm', first, { publishedAt: hoursAgo(4), standing: 'corrected', correctedBy: second }))
  const about = (relation: 'correction' | 'all-clear' | 'withdrawal') => ({ about: { codes: [first], relation }, publishedAt: hoursAgo(1) })

  test('that corrects one updates it', async () => {
    const alert = await only(chronicle(published('alarm', second, about('correction'))), [original])
    expect([alert.msgType, told(alert), alert.infos[0]?.responseTypes]).toEqual(['Update', [`${first}-1 ${hoursAgo(4).toISOString()}`], ['Avoid']])
  })

  test('that gives the all-clear says so, and that the danger is past, also when it is no warning itself', async () => {
    const alert = await only(chronicle(published('lesson', second, about('all-clear'))), [original])
    expect(alert.msgType).toBe('Update')
    expect(alert.infos[0]).toMatchObject({ responseTypes: ['AllClear'], urgency: 'Past', expires: new Date(hoursAgo(1).getTime() + 24 * 3_600_000) })
  })

  test('that withdraws one cancels it, says why, and names the same area', async () => {
    const alert = await only(chronicle(published('warning', second, about('withdrawal'))), [original])
    expect([alert.msgType, told(alert)]).toEqual(['Cancel', [`${first}-1 ${hoursAgo(4).toISOString()}`]])
    expect(alert.note).toContain(scam.headline)
    expect(alert.infos[0]?.responseTypes).toEqual(['AllClear'])
    expect(alert.infos[0]?.areas).toEqual(capMessages(original, [], room)[0]?.alert.infos[0]?.areas)
  })

  test('that corrects a correction names both, the oldest first', async () => {
    const middle = chronicle(published('alarm', second, { ...about('correction'), publishedAt: hoursAgo(2) }))
    const alert = await only(chronicle(published('alarm', third, { about: { codes: [first, second], relation: 'correction' }, publishedAt: hoursAgo(1) })), [original, middle])
    expect(told(alert)).toEqual([`${first}-1 ${hoursAgo(4).toISOString()}`, `${second}-1 ${hoursAgo(2).toISOString()}`])
  })

  test('that corrects a lesson is a first warning, since systems never heard of the lesson', async () => {
    const alert = await only(chronicle(published('warning', second, about('correction'))), [chronicle(published('lesson', first))])
    expect([alert.msgType, alert.references]).toEqual(['Alert', []])
  })
})

test('a warning that is taken back without another bulletin is cancelled in all its languages', async () => {
  const one = published('warning', first, { standing: 'withdrawn', changedAt: hoursAgo(1) })
  const messages = await messagesOf({ published: one, editions: [edition(1, hoursAgo(3))] })
  const last = messages.at(-1)?.alert
  expect([messages.length, last?.identifier, last?.msgType, last?.sent]).toEqual([2, `${first}-withdrawn`, 'Cancel', hoursAgo(1)])
  expect(last?.infos.map(({ headline }) => headline)).toEqual([`Đã rút: ${scam.headline}`, `Withdrawn: ${scamEn.headline}`, expect.stringContaining('បានដក')])
  expect(last === undefined ? '' : writeCap(last)).not.toContain('Sáng nay')
})

test('an exercise is marked as one and named', async () => {
  const alert = await only(chronicle(published('alarm', first, { training: true })))
  expect([alert.status, alert.note]).toEqual(['Exercise', `Diễn tập ${first}: không có việc thật.`])
})

test.each(['lesson', 'meeting', 'wanted'] as const)('a %s is not told to warning systems', async kind => {
  expect(await messagesOf(chronicle(published(kind, first)))).toEqual([])
})

test('whatever somebody writes, the message is valid and its text is text', async () => {
  const nasty = fc.constantFrom(']]>', '<script>alert(1)</script>', '<!-- ', '<?xml?>', '&amp;', '&#0;', '&lt;b&gt;', '\0', '\u000b', '\ud800', '\udc00', '\ufffe', '\u{1ffff}', '🚨', '\r\n', '\u2028', '\u202e', 'ẩ', 'ស្ត្រី', '"\'')
  const halves = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map(units => String.fromCharCode(...units))
  // Nothing is approved without a word in it.
  const text = fc.array(fc.oneof(nasty, halves), { maxLength: 12 }).map(parts => `Chữ ${parts.join('')}`)
  const words: fc.Arbitrary<Words> = fc.record({ headline: text, body: text, toDo: text })
  const one = fc.record({ vi: words, en: words, km: words, source: text, hazard: text, alt: text })
  await fc.assert(fc.asyncProperty(fc.array(one, { minLength: 20, maxLength: 40 }), async bulletins => {
    const alerts = bulletins.flatMap(({ vi, en, km, source, hazard, alt }) => {
      const said = { texts: { vi, en, km }, source, hazard, picture: { file: 'a.png', width: 1, height: 1, alt } }
      return capMessages(chronicle(published('alarm', first, { training: true, standing: 'withdrawn', content: said })), [], room).map(({ alert }) => alert)
    })
    const documents = alerts.map(writeCap)
    expect(await capFaults(documents)).toEqual([])
    // oxlint-disable-next-line no-control-regex -- these are the ones that must be gone
    for (const document of documents) expect(document).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|<script|<b>/)
    expect(documents.every(document => document.isWellFormed())).toBe(true)
    expect([...new Set(alerts.flatMap(capProblems))].filter(problem => !problem.startsWith('One text'))).toEqual([])
  }), { numRuns: 6 })
})

test('a moment is written in Vietnam\'s time, without parts of a second', () => {
  expect(capTime(new Date('2026-12-31T17:00:00.999Z'))).toBe('2027-01-01T00:00:00+07:00')
})

test('the schema would find what we never write', async () => {
  const right = writeCap(await only(chronicle(published('warning', first))))
  for (const wrong of [right.replace('+07:00</sent>', 'Z</sent>'), right.replace('Avoid', 'Run'), right.replace('<scope>Public</scope>', '')]) expect(await capFaults([wrong])).not.toEqual([])
})
