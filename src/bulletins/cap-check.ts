// What the schema of CAP can't see. Rules of CAP 1.2 section 3, and what large consumers refuse; see `cap.ts` for the words. Pure.
import { capTime, writeReference, type Alert, type Area, type Info, type Point } from './cap.ts'

/** The longest headline that a large consumer shows whole. */
export const longestHeadline = 140

/** What is wrong with a message, in English sentences for us; empty when nothing is. The schema checks the rest. */
export function capProblems (alert: Alert): string[] {
  return [...ofAlert(alert), ...ofReferences(alert), ...alert.infos.flatMap(info => ofInfo(info, alert)), ...between(alert.infos)]
}

const forbidden = /[\s,<&]/
const triplet = /^[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/
const languageTag = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/
/** A tag of HTML, or something that was escaped before it came to us. */
const markup = /<\/?[a-z!][^>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);/i

function ofAlert ({ identifier, sender, scope, restriction, addresses, status, note, infos }: Alert): string[] {
  return when([
    [identifier === '' || forbidden.test(identifier), 'The identifier is empty or has a space, a comma, < or &.'],
    [sender === '' || forbidden.test(sender), 'The sender is empty or has a space, a comma, < or &.'],
    [(scope === 'Restricted') !== (restriction !== undefined), 'A restriction belongs to scope Restricted, and only there.'],
    [(scope === 'Private') !== (addresses !== undefined), 'Addresses belong to scope Private, and only there.'],
    [status === 'Exercise' && (note ?? '') === '', 'An exercise is named in the note.'],
    [infos.length === 0, 'There is no info.'],
  ])
}

function ofReferences ({ msgType, references, identifier, sender, sent }: Alert): string[] {
  return when([
    [(msgType === 'Update' || msgType === 'Cancel') && references.length === 0, `${msgType} refers to nothing.`],
    [references.some(reference => !triplet.test(writeReference(reference))), 'A reference is no triplet of sender, identifier and time.'],
    [references.some(reference => reference.identifier === identifier && reference.sender === sender), 'The message refers to itself.'],
    [references.some(reference => reference.sent > sent), 'A reference is to a later message.'],
    [new Set(references.map(writeReference)).size < references.length, 'A message is referred to twice.'],
  ])
}

function ofInfo (info: Info, { sent }: Alert): string[] {
  const { language, headline, description, instruction, web, expires, effective = sent, resources, areas } = info
  const texts = [info.event, info.senderName, headline, description, instruction ?? '', ...areas.map(area => area.description), ...resources.map(resource => resource.description)]
  return [
    ...when([
      [!languageTag.test(language), 'The language is no tag.'],
      [info.categories.length === 0, 'There is no category.'],
      [info.event.trim() === '', 'There is no event.'],
      [description.trim() === '', 'There is no description.'],
      [description === instruction, 'Description and instruction say the same.'],
      [Array.from(headline).length > longestHeadline, 'The headline is too long.'],
      [texts.some(text => markup.test(text)), 'A text has tags or escapes in it.'],
      [!isAbsolute(web), 'The web address is not absolute.'],
      [expires === undefined, 'It never expires.'],
      [expires !== undefined && capTime(expires) < capTime(effective), 'It expires before it is effective.'],
      [areas.length === 0, 'There is no area.'],
      [areas.some(({ polygons, circles = [], geocodes }) => polygons.length + circles.length + geocodes.length === 0), 'An area is words only.'],
    ]),
    ...resources.flatMap(({ mimeType, uri, derefUri }) => when([
      [!/^[\w.+-]+\/[\w.+-]+$/.test(mimeType), 'A MIME type has no slash.'],
      [derefUri === undefined && !isAbsolute(uri ?? ''), 'A resource has no absolute address.'],
      [derefUri !== undefined && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(derefUri), 'A resource is no base64.'],
    ])),
    ...areas.flatMap(ofArea),
  ]
}

function ofArea ({ description, polygons, circles = [], altitude, ceiling }: Area): string[] {
  const points = [...polygons.flat(), ...circles.map(({ centre }) => centre)]
  return when([
    [description.trim() === '', 'An area has no description.'],
    [points.some(([lat, lng]) => !(Math.abs(lat) <= 90 && Math.abs(lng) <= 180)), 'A point is not on the earth.'],
    [polygons.some(ring => ring.length < 4), 'A polygon has fewer than four points.'],
    [polygons.some(ring => ring[0]?.join() !== ring.at(-1)?.join()), 'A polygon is not closed.'],
    [polygons.some(crosses), 'A polygon crosses itself.'],
    [circles.some(({ kilometres }) => !(kilometres >= 0)), 'A circle has no radius.'],
    [ceiling !== undefined && !(altitude !== undefined && ceiling > altitude), 'A ceiling is alone, or not above the altitude.'],
  ])
}

/** All languages tell of the same event. */
function between (infos: readonly Info[]): string[] {
  const [first, ...others] = infos
  if (first === undefined) return []
  const frame = ({ categories, urgency, severity, certainty, responseTypes, expires, areas }: Info): string =>
    JSON.stringify([categories, urgency, severity, certainty, responseTypes, expires, areas.map(({ polygons, geocodes }) => [polygons, geocodes])])
  return when([
    [others.some(info => frame(info) !== frame(first)), 'The languages differ in more than their words.'],
    [new Set(infos.map(({ language }) => language)).size < infos.length, 'A language is there twice.'],
    [new Set(infos.map(({ headline, description }) => `${headline}\n${description}`)).size < infos.length, 'One text is there under two languages.'],
  ])
}

function when (rules: readonly [broken: boolean, problem: string][]): string[] {
  return rules.filter(([broken]) => broken).map(([, problem]) => problem)
}

function isAbsolute (address: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(address) && URL.canParse(address)
}

/** Whether two pieces of a ring that are not neighbours meet. */
function crosses (ring: readonly Point[]): boolean {
  const pieces = ring.slice(1).map((to, i) => [ring[i] ?? to, to] as const)
  return pieces.some((piece, i) => pieces.some((other, j) => j > i + 1 && !(i === 0 && j === pieces.length - 1) && meet(piece, other)))
}

function meet ([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
  if (abc !== abd && cda !== cdb) return true
  return (abc === 0 && between2(a, b, c)) || (abd === 0 && between2(a, b, d)) || (cda === 0 && between2(c, d, a)) || (cdb === 0 && between2(c, d, b))
}

/** -1, 0 or 1: on which side of the line from a to b the point lies. */
function turn (a: Point, b: Point, c: Point): number {
  return Math.sign(Math.round(((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) * 1e10))
}

function between2 (a: Point, b: Point, c: Point): boolean {
  return Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1])
}
