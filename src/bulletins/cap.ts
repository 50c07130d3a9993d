// A message of the Common Alerting Protocol, and how it is written. OASIS CAP 1.2, 1 July 2010. Pure.
import { element, xmlDocument, type Xml } from './xml.ts'

export const capNamespace = 'urn:oasis:names:tc:emergency:cap:1.2'
/** As registered in the specification; older readers also take `application/xml`. */
export const capType = 'application/cap+xml'

/** An earlier message that this one updates or cancels. */
export interface Reference { sender: string, identifier: string, sent: Date }

export interface Alert {
  /** Without space, comma, `<`, `&`; unique among the messages of its sender. */
  identifier: string
  /** Likewise; who originates, unique in the world. */
  sender: string
  sent: Date
  status: 'Actual' | 'Exercise' | 'System' | 'Test' | 'Draft'
  msgType: 'Alert' | 'Update' | 'Cancel' | 'Ack' | 'Error'
  scope: 'Public' | 'Restricted' | 'Private'
  /** For `Restricted` only. */
  restriction?: string
  /** For `Private` only. */
  addresses?: string
  /** Names an exercise; says why something is withdrawn. */
  note?: string
  references: readonly Reference[]
  /** One for each language. */
  infos: readonly Info[]
}

export interface Info {
  language: string
  categories: readonly Category[]
  event: string
  responseTypes: readonly ('Shelter' | 'Evacuate' | 'Prepare' | 'Execute' | 'Avoid' | 'Monitor' | 'Assess' | 'AllClear' | 'None')[]
  urgency: 'Immediate' | 'Expected' | 'Future' | 'Past' | 'Unknown'
  severity: 'Extreme' | 'Severe' | 'Moderate' | 'Minor' | 'Unknown'
  certainty: 'Observed' | 'Likely' | 'Possible' | 'Unlikely' | 'Unknown'
  effective?: Date
  expires?: Date
  senderName: string
  headline: string
  description: string
  instruction?: string
  /** Absolute. */
  web: string
  resources: readonly Resource[]
  areas: readonly Area[]
}

export type Category = 'Geo' | 'Met' | 'Safety' | 'Security' | 'Rescue' | 'Fire' | 'Health' | 'Env' | 'Transport' | 'Infra' | 'CBRNE' | 'Other'

export interface Resource {
  description: string
  mimeType: string
  /** Absolute, unless the content comes along. */
  uri?: string
  /** The content in base64. */
  derefUri?: string
}

/** WGS 84. */
export type Point = readonly [latitude: number, longitude: number]

export interface Area {
  description: string
  /** Closed rings of at least four points; the first is the last. */
  polygons: readonly (readonly Point[])[]
  circles?: readonly { centre: Point, kilometres: number }[]
  geocodes: readonly { name: string, value: string }[]
  /** Feet above the sea; a ceiling only with an altitude below it. */
  altitude?: number
  ceiling?: number
}

/** A moment as CAP writes it: in Vietnam's time, without `Z` and without parts of a second. */
export function capTime (at: Date): string {
  return `${new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`
}

/** The whole document. The order of elements is part of the schema. */
export function writeCap (alert: Alert): string {
  return xmlDocument(element('alert', { xmlns: capNamespace },
    element('identifier', {}, alert.identifier),
    element('sender', {}, alert.sender),
    element('sent', {}, capTime(alert.sent)),
    element('status', {}, alert.status),
    element('msgType', {}, alert.msgType),
    element('scope', {}, alert.scope),
    given('restriction', alert.restriction),
    given('addresses', alert.addresses),
    given('note', alert.note),
    given('references', alert.references.length === 0 ? undefined : alert.references.map(writeReference).join(' ')),
    ...alert.infos.map(writeInfo),
  ))
}

export function writeReference ({ sender, identifier, sent }: Reference): string {
  return `${sender},${identifier},${capTime(sent)}`
}

function writeInfo (info: Info): Xml {
  return element('info', {},
    element('language', {}, info.language),
    ...info.categories.map(category => element('category', {}, category)),
    element('event', {}, info.event),
    ...info.responseTypes.map(type => element('responseType', {}, type)),
    element('urgency', {}, info.urgency),
    element('severity', {}, info.severity),
    element('certainty', {}, info.certainty),
    given('effective', info.effective === undefined ? undefined : capTime(info.effective)),
    given('expires', info.expires === undefined ? undefined : capTime(info.expires)),
    element('senderName', {}, info.senderName),
    element('headline', {}, info.headline),
    element('description', {}, info.description),
    given('instruction', info.instruction),
    element('web', {}, info.web),
    ...info.resources.map(({ description, mimeType, uri, derefUri }) => element('resource', {},
      element('resourceDesc', {}, description), element('mimeType', {}, mimeType), given('uri', uri), given('derefUri', derefUri))),
    ...info.areas.map(area => element('area', {}, ...areaParts(area))),
  )
}

/** What stands inside an area. @param prefix e.g. `cap:`, for elements of CAP in another document */
export function areaParts ({ description, polygons, circles = [], geocodes, altitude, ceiling }: Area, prefix = ''): Xml[] {
  return [
    element(`${prefix}areaDesc`, {}, description),
    ...polygons.map(points => element(`${prefix}polygon`, {}, points.map(writePoint).join(' '))),
    ...circles.map(({ centre, kilometres }) => element(`${prefix}circle`, {}, `${writePoint(centre)} ${kilometres}`)),
    ...geocodes.map(({ name, value }) => element(`${prefix}geocode`, {}, element(`${prefix}valueName`, {}, name), element(`${prefix}value`, {}, value))),
    ...(altitude === undefined ? [] : [element(`${prefix}altitude`, {}, String(altitude))]),
    ...(ceiling === undefined ? [] : [element(`${prefix}ceiling`, {}, String(ceiling))]),
  ]
}

function writePoint ([latitude, longitude]: Point): string {
  return `${latitude},${longitude}`
}

function given (name: string, text: string | undefined): Xml | null {
  return text === undefined || text === '' ? null : element(name, {}, text)
}
