// The published contract is true: what really goes over the wire fits it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { outboundEvents } from '../../src/tips/agency-api.ts'
import { insides } from '../../src/tips/agency-inside.ts'
import { examples, openApi } from '../../src/tips/agency-openapi.ts'
import { databases, type TestDatabase, withDatabase } from '../database.ts'
import { anAgency, type World } from './agency-world.ts'

type Json = { [key: string]: Json | undefined } & { $ref?: string }

const published = openApi('https://bao.example') as Json // plain data
const schemas = published['components']?.['schemas'] ?? {}

/** A check made of the published document alone. */
function schema (ref: string | undefined): z.ZodType {
  const definitions = JSON.parse(JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/$defs/')) as Record<string, object>
  return z.fromJSONSchema({ $ref: (ref ?? '').replace('#/components/schemas/', '#/$defs/'), $defs: definitions } as Parameters<typeof z.fromJSONSchema>[0])
}

const bodyOf = (operation: Json | undefined): Json => operation?.['requestBody']?.['content']?.['application/json'] ?? {}
const outboundSchema = (type: string): z.ZodType => schema(bodyOf(published['webhooks']?.[type]?.['post'])['schema']?.$ref)
const inboundSchema = schema(bodyOf(published['paths']?.['/agency/events']?.['post'])['schema']?.$ref)

test('it is an OpenAPI 3.1 document whose references lead somewhere', () => {
  expect(published['openapi']).toBe('3.1.0')
  expect(Object.keys(published['webhooks'] ?? {})).toEqual(['tip.received', 'tip.added', 'tip.routed'])
  const references = [...JSON.stringify(published).matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1] ?? '')
  expect(references.length).toBeGreaterThan(10)
  for (const reference of references) expect(Object.keys(schemas)).toContain(reference.replace('#/components/schemas/', ''))
})

test('its examples are what it says they are', () => {
  for (const example of examples.outbound) expect(outboundSchema(example.type).parse(example)).toEqual(example)
  for (const example of examples.inbound) expect(inboundSchema.parse(example)).toEqual(example)
  const shown = JSON.stringify(published)
  for (const example of [...examples.outbound, ...examples.inbound]) expect(shown).toContain(JSON.stringify(example))
})

test('it refuses what we refuse', () => {
  const [example] = examples.inbound
  expect(inboundSchema.safeParse({ ...example, type: 'tip.deleted' }).success).toBe(false)
  expect(inboundSchema.safeParse({ ...example, more: 1 }).success).toBe(false)
  expect(inboundSchema.safeParse({ ...example, data: { ...example?.data, status: 'erased' } }).success).toBe(false)
})

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  beforeAll(async () => {
    database = await withDatabase(kind)
    world = await anAgency(database.orm)
  }, 60_000)
  afterAll(async () => {
    await world.stop()
    await database.close()
  })

  test('it describes every event that the agency got, and what is inside, down to the last field', async () => {
    const { agency, tells, adds, fileArrives, deliver } = world
    const { id } = await tells({ place: { commune: null, name: null, detail: null, point: { lat: 10.38, lng: 105.43 } }, contact: { name: 'Lan', phone: null, safeTime: null } })
    await adds(id, 'Biển số 67-A1.')
    await fileArrives(id, { copy: 'a', original: 'b' })
    await deliver()
    expect(agency.requests).toHaveLength(3)
    for (const { body } of agency.requests) {
      const event = JSON.parse(body) as { type: string }
      // What a schema does not know, it leaves out of what it returns.
      expect(stripped(event.type, event)).toEqual(event)
      expect(outboundSchema(event.type).safeParse(event).error).toBe(undefined)
    }
    const known = agency.tips.get(id)
    expect(insides.story.parse(known?.story)).toEqual(known?.story)
    expect(insides.added.parse(known?.added[0])).toEqual(known?.added[0])
    expect(insides.file.parse(known?.files[0]?.about)).toEqual(known?.files[0]?.about)
  })

  test('it is served as it is published here', async () => {
    const response = await fetch(`${world.url}/agency/openapi.json`)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual(openApi(world.url))
  })
})

/** Through the schemas of the source, which leave out what they don't know. */
function stripped (type: string, event: unknown): unknown {
  return Object.entries(outboundEvents).find(([name]) => name === type)?.[1].parse(event)
}
