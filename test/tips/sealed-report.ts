// A report as a browser seals it, ready to be sent.
import { randomBytes, randomUUID } from 'node:crypto'
import { identityToRecipient } from 'age-encryption'
import { accessHash, deriveKeys, makeCode } from '../../src/tips/code.ts'
import { storyPlace } from '../../src/tips/inside.ts'
import { seal } from '../../src/tips/sealing.ts'
import type { TipUpload } from '../../src/tips/upload.ts'
import { story } from './tip-room.ts'

/** @param identities of the units it is sealed to */
export async function sealedReport (identities: readonly string[]): Promise<TipUpload> {
  const recipients = await Promise.all(identities.map(async identity => await identityToRecipient(identity)))
  const code = makeCode(n => randomBytes(n))
  const holder = await deriveKeys(code)
  const id = randomUUID()
  return {
    id, locator: holder.locator, accessHash: accessHash(holder.access), reporterRecipient: holder.recipient,
    category: 'drugs', commune: '30307', aboutPolice: false, language: 'vi', files: [],
    sealed: await seal(JSON.stringify({ v: 1, ...story, files: [] }), recipients, storyPlace(id)),
  }
}
