// Our own check finds in a message what the schema can't see, one fault at a time.
import { describe, expect, test } from 'vitest'
import { capProblems } from '../../src/bulletins/cap-check.ts'
import type { Alert, Area, Info, Point } from '../../src/bulletins/cap.ts'

const sent = new Date('2026-11-24T03:00:00Z')
const later = new Date('2026-11-24T04:00:00Z')
const square: Point[] = [[10, 105], [10, 106], [11, 106], [11, 105], [10, 105]]
const area: Area = { description: 'Phường Ví Dụ', polygons: [square], geocodes: [{ name: 'VN-DVHC-2025', value: '00000' }] }
const info: Info = {
  language: 'vi-VN', categories: ['Security'], event: 'Lừa đảo', responseTypes: ['Avoid'], urgency: 'Immediate', severity: 'Moderate', certainty: 'Observed',
  expires: later, senderName: 'Công an (ví dụ)', headline: 'Cuộc gọi giả danh', description: 'Nhiều người nhận cuộc gọi.', instruction: 'Đừng chuyển tiền.', web: 'https://example.vn/a', resources: [], areas: [area],
}
const alert: Alert = { identifier: 'A-1', sender: 'a@example.vn', sent, status: 'Actual', msgType: 'Alert', scope: 'Public', references: [], infos: [info] }
const earlier = { sender: 'a@example.vn', identifier: 'A-0', sent: new Date('2026-11-24T02:00:00Z') }

const withInfo = (more: Partial<Info>): Alert => ({ ...alert, infos: [{ ...info, ...more }] })
const withArea = (more: Partial<Area>): Alert => withInfo({ areas: [{ ...area, ...more }] })

test('a right message has no problem', () => {
  expect(capProblems(alert)).toEqual([])
  expect(capProblems({ ...alert, msgType: 'Update', references: [earlier] })).toEqual([])
  expect(capProblems(withArea({ circles: [{ centre: [10.37, 105.43], kilometres: 5 }], altitude: 0, ceiling: 100 }))).toEqual([])
})

describe('a message is wrong', () => {
  test.each<[string, Alert, string]>([
    ['with a space in its name', { ...alert, identifier: 'A 1' }, 'identifier'],
    ['with a comma in its sender', { ...alert, sender: 'a,b' }, 'sender'],
    ['restricted without a restriction', { ...alert, scope: 'Restricted' }, 'restriction'],
    ['public with addresses', { ...alert, addresses: 'a@example.vn' }, 'Addresses'],
    ['as an exercise without a name', { ...alert, status: 'Exercise' }, 'exercise'],
    ['without a word', { ...alert, infos: [] }, 'no info'],
    ['as an update of nothing', { ...alert, msgType: 'Update' }, 'refers to nothing'],
    ['as a cancellation of nothing', { ...alert, msgType: 'Cancel' }, 'refers to nothing'],
    ['referring to itself', { ...alert, msgType: 'Update', references: [{ ...alert }] }, 'itself'],
    ['referring to the future', { ...alert, msgType: 'Update', references: [{ ...earlier, sent: later }] }, 'later'],
    ['referring to something that is no name', { ...alert, msgType: 'Update', references: [{ ...earlier, identifier: 'A,0' }] }, 'triplet'],
    ['referring twice to the same', { ...alert, msgType: 'Update', references: [earlier, earlier] }, 'twice'],
  ])('%s', (_, wrong, problem) => {
    expect(capProblems(wrong)).toEqual([expect.stringContaining(problem)])
  })
})

describe('its words are wrong', () => {
  test.each<[string, Alert, string]>([
    ['in no language', withInfo({ language: 'tiếng Việt' }), 'language'],
    ['without a category', withInfo({ categories: [] }), 'category'],
    ['without an event', withInfo({ event: ' ' }), 'event'],
    ['without a description', withInfo({ description: '' }), 'description'],
    ['when they say the same twice', withInfo({ instruction: info.description }), 'same'],
    ['with a headline nobody shows whole', withInfo({ headline: 'á'.repeat(141) }), 'headline'],
    ['with a tag', withInfo({ description: 'Đừng <b>chuyển</b> tiền.' }), 'tags'],
    ['when they were escaped before', withInfo({ instruction: 'A &amp; B' }), 'tags'],
    ['with an address that leads nowhere from elsewhere', withInfo({ web: '/b/1' }), 'web'],
    ['without an end', withInfo({ expires: undefined as never }), 'expires'],
    ['with an end before the beginning', withInfo({ expires: new Date('2026-11-24T02:00:00Z') }), 'before'],
    ['nowhere', withInfo({ areas: [] }), 'no area'],
    ['with a picture of no kind', withInfo({ resources: [{ description: 'a', mimeType: 'png', uri: 'https://example.vn/a.png' }] }), 'MIME'],
    ['with a picture at no address', withInfo({ resources: [{ description: 'a', mimeType: 'image/png', uri: 'a.png' }] }), 'absolute'],
    ['with a picture that is no base64', withInfo({ resources: [{ description: 'a', mimeType: 'image/png', derefUri: 'ä' }] }), 'base64'],
  ])('%s', (_, wrong, problem) => {
    expect(capProblems(wrong)).toEqual([expect.stringContaining(problem)])
  })
})

describe('its place is wrong', () => {
  test.each<[string, Alert, string]>([
    ['in words only', withArea({ polygons: [], geocodes: [] }), 'words only'],
    ['without words', withArea({ description: '' }), 'description'],
    ['with three corners', withArea({ polygons: [[[10, 105], [10, 106], [10, 105]]] }), 'four'],
    ['when its outline is open', withArea({ polygons: [square.slice(0, -1)] }), 'closed'],
    ['when its outline crosses itself', withArea({ polygons: [[[10, 105], [11, 106], [11, 105], [10, 106], [10, 105]]] }), 'crosses'],
    ['when its outline touches itself', withArea({ polygons: [[[10, 105], [10, 107], [11, 107], [10, 106], [11, 105], [10, 105]]] }), 'crosses'],
    ['longitude first', withArea({ polygons: [square.map(([latitude, longitude]): Point => [longitude, latitude])] }), 'earth'],
    ['with a circle without size', withArea({ circles: [{ centre: [10, 105], kilometres: -1 }] }), 'radius'],
    ['with a ceiling alone', withArea({ ceiling: 100 }), 'ceiling'],
    ['with a ceiling below the floor', withArea({ altitude: 200, ceiling: 100 }), 'ceiling'],
  ])('%s', (_, wrong, problem) => {
    expect(capProblems(wrong)).toEqual([expect.stringContaining(problem)])
  })
})

describe('its languages are wrong', () => {
  const english = { ...info, language: 'en-US', headline: 'Callers', description: 'Many people were called.' }
  test.each<[string, Info, string]>([
    ['when one is more urgent', { ...english, urgency: 'Future' }, 'differ'],
    ['when one is of another category', { ...english, categories: ['Fire'] }, 'differ'],
    ['when one is elsewhere', { ...english, areas: [{ ...area, geocodes: [{ name: 'VN-DVHC-2025', value: '1' }] }] }, 'differ'],
    ['when one is there twice', { ...english, language: 'vi-VN' }, 'twice'],
    ['when two say the same words', { ...info, language: 'en-US' }, 'One text'],
  ])('%s', (_, second, problem) => {
    expect(capProblems({ ...alert, infos: [info, second] })).toEqual([expect.stringContaining(problem)])
  })

  test('and right when only the words differ', () => {
    expect(capProblems({ ...alert, infos: [info, { ...english, areas: [{ ...area, description: 'Vi Du Ward' }] }] })).toEqual([])
  })
})
