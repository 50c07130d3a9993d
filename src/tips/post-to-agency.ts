// One request to the agency's system, and what its answer means.
import { hours } from '../clock.ts'
import { acknowledgement } from './agency-api.ts'
import { sign } from './webhook.ts'

export type AgencyAnswer =
  | { taken: true, reference: string | null }
  /** `problem`: one word of ours, never a text of theirs. `never`: the agency wants no more tries. */
  | { taken: false, problem: string, never: boolean, notBefore: Date | null }

/** Bytes of an answer that are looked at. */
const mostAnswerBytes = 64 * 1024

/** However long a server asks us to wait, we look again the next day. */
const longestWait = hours(24)

/**
 * Sends one event, signed. Never throws: whatever goes wrong has a word.
 * @param deadline milliseconds for the whole of it
 */
export async function postToAgency (agency: { url: string, secret: string }, webhookId: string, body: Uint8Array<ArrayBuffer>, now: Date, deadline: number): Promise<AgencyAnswer> {
  let response: Response
  try {
    response = await fetch(agency.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...sign(agency.secret, webhookId, now, body) },
      body,
      // A tip is not to be led elsewhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(deadline),
    })
  } catch (error) {
    return { taken: false, problem: problemOf(error), never: false, notBefore: null }
  }
  if (response.ok) return { taken: true, reference: await referenceIn(response) }
  await response.body?.cancel().catch(() => {})
  const { status } = response
  const asked = status === 429 || status === 503 ? retryAfter(response.headers.get('retry-after'), now) : null
  return { taken: false, problem: `http-${status}`, never: status === 410, notBefore: asked }
}

/** 2xx is the acknowledgement, whatever the body is: rubbish, too long, cut off. */
async function referenceIn (response: Response): Promise<string | null> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of response.body ?? []) {
      size += part.length
      if (size > mostAnswerBytes) return null
      parts.push(part)
    }
    const answer = acknowledgement.safeParse(JSON.parse(Buffer.concat(parts).toString()))
    // Neither database keeps a NUL.
    return answer.data?.reference?.replaceAll('\0', '').toWellFormed() ?? null
  } catch {
    return null
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). Null when it is neither. */
function retryAfter (header: string | null, now: Date): Date | null {
  if (header === null) return null
  const at = /^\d+$/.test(header) ? now.getTime() + Number(header) * 1000 : Date.parse(header)
  return Number.isNaN(at) ? null : new Date(Math.min(at, now.getTime() + longestWait))
}

function problemOf (error: unknown): string {
  if (!(error instanceof Error)) return 'unreachable'
  if (error.name === 'TimeoutError') return 'timed-out'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name-not-found'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'cut-off'
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'timed-out'
  if (/CERT|TLS|SSL|SIGNED|ISSUER/.test(code)) return 'certificate'
  return 'unreachable'
}
