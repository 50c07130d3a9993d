// One call of the Official Account's API with a token that is taken, for what is not a message to a person.
import { createHmac } from 'node:crypto'
import type { AxiosInstance } from 'axios'
import type { Clock } from '../../clock.ts'
import { record, type Body } from '../body.ts'
import { isAboutToken } from './errors.ts'
import type { Token, Tokens } from './tokens.ts'
import { ask } from './wire.ts'

export interface CallsZalo {
  /** `wireTo(openapiBase)`. */
  http: AxiosInstance
  tokens: Tokens
  appSecret: string
  /** Send `appsecret_proof` with each call. */
  proof: boolean
  clock: Clock
  /** Milliseconds for one request; as long as for a message but in tests. */
  within?: number
}

/** Zalo's answer: `code` 0 is a success, 1 is no answer of Zalo's. `says` is its own sentence, for looking at and never for showing. */
export interface Answered {
  code: number
  says: string
  data: Body
}

/** @throws SendError when no answer came, or no token is to be had */
export async function callZalo (room: CallsZalo, method: 'get' | 'post', path: string, body: Body): Promise<Answered> {
  const token = await room.tokens.current()
  const answered = await once(room, token, method, path, body)
  // A dead token is refused before anything is done: asking again with a new one does nothing twice.
  return isAboutToken(answered.code) ? await once(room, await room.tokens.after(token.version), method, path, body) : answered
}

async function once ({ http, appSecret, proof, clock, within }: CallsZalo, { access }: Token, method: 'get' | 'post', path: string, sent: Body): Promise<Answered> {
  const headers = { access_token: access, ...(proof ? { appsecret_proof: createHmac('sha256', appSecret).update(access).digest('hex') } : {}) }
  const { body } = await ask(async signal => method === 'get'
    ? await http.get(path, { params: sent, signal, headers })
    : await http.post(path, sent, { signal, headers }), clock, within)
  const code = Number(body['error'])
  return {
    code: body['error'] === undefined || !Number.isInteger(code) ? 1 : code,
    says: typeof body['message'] === 'string' ? body['message'] : '',
    data: record(body['data']) ?? {},
  }
}
