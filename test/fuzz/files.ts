// Aims at what opens sealed values and cleans files: garbage is refused or left as it is, never thrown further, never waited for.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { loadOrCreateServerKeys, ServerKeyError } from '../../src/server-key.ts'
import { cleanFile } from '../../src/tips/cleaning/clean.ts'
import { cleanImage } from '../../src/tips/cleaning/image-server.ts'
import { sniff } from '../../src/tips/cleaning/kind.ts'
import { open, openFile, readSealed, seal, SealError, sealFile } from '../../src/tips/sealing.ts'
import { docx, film, heic, mp3, odt, ogg, pdf, photo, wav, webm, xlsx } from '../tips/files.ts'
import { anyText, damaged } from './inputs.ts'
import { aim, must, type Target } from './target.ts'

const about = { row: 'tip/1', field: 'story' }

export const fileTargets: Target[] = [
  {
    name: 'sealed values', share: 6000,
    async open () {
      const identity = await generateX25519Identity()
      const recipients = [await identityToRecipient(identity)]
      const sealed = await seal('Ông Sáu bán ma túy', recipients, about)
      const bytes = await sealFile(new TextEncoder().encode('ảnh'), recipients)
      return aim(fc.oneof(anyText, damaged([new TextEncoder().encode(sealed)]).map(one => new TextDecoder().decode(one)), damaged([bytes])), async garbage => {
        if (typeof garbage === 'string') {
          readSealed(garbage)
          const opened = await open(garbage, [identity], about).catch(ours(SealError))
          must(opened === null || opened === 'Ông Sáu bán ma túy', 'Something else was opened.')
        } else {
          const opened = await openFile(garbage, [identity]).catch(ours(SealError))
          must(opened === null || new TextDecoder().decode(opened) === 'ảnh', 'Something else was opened.')
        }
      })
    },
  },
  {
    name: 'server-sealed values', share: 50_000,
    open () {
      const folder = mkdtempSync(join(tmpdir(), 'tin-bao-fuzz-'))
      const { keys } = loadOrCreateServerKeys(join(folder, 'server.key'), n => randomBytes(n))
      const sealed = keys.seal('bí mật', 'a/b/c')
      return aim(fc.oneof(anyText, damaged([new TextEncoder().encode(sealed)]).map(one => new TextDecoder().decode(one))), garbage => {
        try {
          must(keys.open(garbage, 'a/b/c') === 'bí mật', 'Something else was opened.')
        } catch (error) {
          must(error instanceof ServerKeyError && !error.message.includes('bí mật'), 'Thrown otherwise than documented.')
        }
      }, async () => { rmSync(folder, { recursive: true }) })
    },
  },
  {
    name: 'file cleaning', share: 8000,
    async open () {
      const files = [
        await photo('jpeg'), await photo('png'), await photo('webp'), film(), film({ brand: 'qt  ' }), heic(), webm('V_VP8'), webm('A_OPUS'),
        await pdf(), await docx(), odt(), xlsx(), mp3, wav, ogg('ARTIST=An'), new TextEncoder().encode('chữ thường'), new TextEncoder().encode('MZ\x90\0'),
      ]
      // As a file is cleaned when it says so itself, and as any other kind it might be taken for.
      const kinds = ['image/jpeg', 'image/png', 'image/heic', 'video/mp4', 'video/webm', 'audio/mpeg', 'audio/wav', 'audio/ogg', 'audio/aac', 'application/pdf', 'application/vnd.oasis.opendocument.text', 'x/y']
      return aim(fc.tuple(damaged(files), fc.option(fc.constantFrom(...kinds))), async ([bytes, kind]) => {
        const before = Buffer.from(bytes)
        const mime = kind ?? (await sniff(bytes))?.mime ?? 'application/octet-stream'
        const cleaned = await cleanFile(bytes, mime, { image: cleanImage })
        must(before.equals(bytes), 'Cleaning changed what it was given.')
        must(cleaned.cleaned !== 'could-not' || cleaned.bytes === bytes, 'What could not be cleaned is what came.')
      })
    },
  },
]

/** Null for the error that is documented; any other goes on. */
function ours (kind: typeof SealError): (error: unknown) => null {
  return error => {
    if (error instanceof kind) return null
    throw error
  }
}
