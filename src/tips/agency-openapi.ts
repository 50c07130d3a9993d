// The contract with the agency as an OpenAPI 3.1 document, made of the very schemas that bodies are checked with.
import { z } from 'zod'
import { acknowledgement, inboundEvent, mostEventBytes, outboundEvents, refused, taken, type InboundEvent, type OutboundEvent } from './agency-api.ts'
import { named } from './agency-inside.ts'

const json = 'application/json'
const body = (schema: object, examples?: object): object => ({ [json]: { schema, ...(examples === undefined ? {} : { examples }) } })
const answer = (description: string, content: object = refusedBody): object => ({ description, content })

const signatureHeaders = [
  { name: 'webhook-id', description: 'The same over all tries of one event: keep it, and take a repeat as done.', schema: { type: 'string', pattern: '^[\\x21-\\x2d\\x2f-\\x7e]{1,128}$' } },
  { name: 'webhook-timestamp', description: 'Unix seconds of this try; refused when more than five minutes off.', schema: { type: 'string', pattern: '^\\d{1,12}$' } },
  {
    name: 'webhook-signature',
    description: 'One or more "v1," + base64 of HMAC-SHA256 over webhook-id + "." + webhook-timestamp + "." + the bytes of the body, with the decoded bytes of the whsec_ secret as key; separated by spaces.',
    schema: { type: 'string' },
  },
].map(header => ({ ...header, in: 'header', required: true }))

/** Examples of every body; a test holds them to their schemas. */
export const examples: { outbound: OutboundEvent[], inbound: InboundEvent[] } = {
  outbound: (['tip.received', 'tip.added', 'tip.routed'] as const).map(type => ({
    type,
    timestamp: '2026-10-12T00:00:00+07:00',
    data: {
      id: '3f0c1d52-8a0e-4f6b-9d0a-5b1f6a7c8d9e',
      category: 'theft_robbery',
      commune: '30307',
      source: 'telegram',
      status: type === 'tip.received' ? 'submitted' : 'acknowledged',
      receivedOn: '2026-10-12',
      unit: 'commune:30307',
      units: ['province:duty_desk'],
      patterns: type === 'tip.received' ? [{ rule: 'many-from-one', tips: 5, days: 7 }] : [],
      deadlines: { transferBy: '2026-10-13', noticeBy: '2026-10-15', decideBy: '2026-11-02' },
      sealed: [{
        what: type === 'tip.added' ? 'added' : 'story',
        id: '3f0c1d52-8a0e-4f6b-9d0a-5b1f6a7c8d9e',
        belongs: { row: '3f0c1d52-8a0e-4f6b-9d0a-5b1f6a7c8d9e', field: 'story' },
        keys: ['0123456789ab'],
        age: 'YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==',
      }],
      attachments: [],
    },
  })),
  inbound: [
    { type: 'tip.status', timestamp: '2026-10-13T08:30:00+07:00', data: { id: '3f0c1d52-8a0e-4f6b-9d0a-5b1f6a7c8d9e', status: 'triaged' } },
    { type: 'tip.message', timestamp: '2026-10-13T08:31:00+07:00', data: { id: '3f0c1d52-8a0e-4f6b-9d0a-5b1f6a7c8d9e', text: 'Cảm ơn bạn. Chúng tôi đang xem xét.' } },
    { type: 'tip.request-information', timestamp: '2026-10-13T08:32:00+07:00', data: { id: '3f0c1d52-8a0e-4f6b-9d0a-5b1f6a7c8d9e', text: 'Bạn có nhớ biển số xe không?' } },
  ],
}

const refusedBody = body(schemaOf(refused))

/** The document. `publicUrl` is where the agency reaches us. */
export function openApi (publicUrl: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tin Báo: the agency’s door',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Tips go out as Standard Webhooks 1.0.0, sealed with age v1 to the units’ keys; statuses and messages come back the same way, signed with the same secret. '
        + 'Events of one tip are sent in order, one at a time, each until it is acknowledged: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, then it waits for an operator, and later events of the tip go on without it.',
    },
    servers: [{ url: publicUrl }],
    webhooks: Object.fromEntries(Object.entries(outboundEvents).map(([type, schema]) => [type, { post: outboundOperation(type, schema) }])),
    paths: {
      '/agency/events': { post: inboundOperation() },
      '/agency/attachments/{id}/{which}': { get: attachmentOperation() },
    },
    components: { schemas: schemas() },
  }
}

function outboundOperation (type: string, schema: z.ZodType): object {
  return {
    operationId: type,
    summary: schema.description,
    description: 'Sent to AGENCY_URL.',
    parameters: signatureHeaders,
    requestBody: { required: true, content: body(schemaOf(schema), examplesOf(examples.outbound.filter(one => one.type === type))) },
    responses: {
      '2XX': { description: 'Acknowledged: it is not sent again. The body may be anything; a reference in it is kept.', content: body(schemaOf(acknowledgement)) },
      410: { description: 'Never again: an operator must look.' },
      429: { description: 'Later; Retry-After is kept to.' },
      503: { description: 'Later; Retry-After is kept to.' },
      default: { description: 'Not taken, redirects too. Sent again after a pause, with the same webhook-id.' },
    },
  }
}

function inboundOperation (): object {
  return {
    operationId: 'tellUs',
    summary: 'A status, a message or a question of the agency.',
    parameters: signatureHeaders,
    requestBody: { required: true, description: `At most ${mostEventBytes} bytes.`, content: body(schemaOf(inboundEvent), examplesOf(examples.inbound)) },
    responses: {
      200: answer('Taken, now or before, and on the disk.', body(schemaOf(taken))),
      400: answer('Not JSON in UTF-8.'),
      401: answer('Not signed rightly, or too long ago.'),
      404: answer('There is no such tip.'),
      409: answer('A tip of this status may not go to that one; the answer names those it may go to.'),
      413: answer('Too large.'),
      422: answer('Not one of our events, or not of its form.'),
      500: answer('Something broke. Send it again with the same webhook-id.'),
    },
  }
}

function attachmentOperation (): object {
  return {
    operationId: 'fetchAttachment',
    summary: 'A sealed file of a tip. Its whole address stands in the event.',
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'which', in: 'path', required: true, schema: { type: 'string', enum: ['copy', 'original'] } },
      { name: 'until', in: 'query', required: true, schema: { type: 'string' } },
      { name: 'token', in: 'query', required: true, schema: { type: 'string' } },
    ],
    responses: {
      200: { description: 'A whole age v1 file.', content: { 'application/octet-stream': {} } },
      404: answer('No such file, or an address that has run out or was changed. An operator can have the event sent again.'),
    },
  }
}

function examplesOf (events: { type: string }[]): object {
  return Object.fromEntries(events.map(event => [event.type, { value: event }]))
}

function schemaOf (schema: z.ZodType): object {
  return { $ref: address(named.get(schema)?.id ?? '') }
}

function address (id: string): string {
  return `#/components/schemas/${id}`
}

/** As input: what we send may grow new fields, and a receiver that refuses them would break. */
function schemas (): object {
  const { schemas: all } = z.toJSONSchema(named, {
    io: 'input',
    uri: address,
    // A format says it shorter.
    override: ({ jsonSchema }) => { if (jsonSchema.format !== undefined) delete jsonSchema.pattern },
  })
  return Object.fromEntries(Object.entries(all).map(([id, { $schema: _schema, $id: _id, ...plain }]) => [id, plain]))
}
