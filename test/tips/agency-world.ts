// A small world for the tests of the agency's door: the program's side with its server, a resident in a chat, and an agency on the loopback.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MikroORM } from '@mikro-orm/sql'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { Hono } from 'hono'
import type { Address } from '../../src/channels/message.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { guard } from '../../src/http/guard.ts'
import { listen } from '../../src/http/server.ts'
import { type Language, speaker } from '../../src/i18n.ts'
import { texts } from '../../src/locales.ts'
import { loadOrCreateServerKeys } from '../../src/server-key.ts'
import { addToTip } from '../../src/tips/add.ts'
import { agencyRoutes } from '../../src/tips/agency.ts'
import { Attachment } from '../../src/tips/attachment.ts'
import { deliverHandoffs, type DeliverOptions } from '../../src/tips/deliver-handoff.ts'
import { Handoff, queueHandoff } from '../../src/tips/handoff.ts'
import { aboutPlace, type AboutInside } from '../../src/tips/inside.ts'
import { receiveTip } from '../../src/tips/receive.ts'
import { Recipients } from '../../src/tips/recipients.ts'
import type { TipRoom } from '../../src/tips/room.ts'
import { seal, sealFile } from '../../src/tips/sealing.ts'
import { writeSealedFile } from '../../src/tips/sealed-files.ts'
import type { Draft } from '../../src/tips/story.ts'
import { Tip } from '../../src/tips/tip.ts'
import { startSampleAgency, type SampleAgency } from '../stubs/agency.ts'
import { capturedLog } from '../http/wire.ts'

export const lan: Address = { channel: 'telegram', id: '7001' }

export const race: Draft = {
  category: 'public_disorder', aboutPolice: false, what: 'Xe máy đua trên cầu, gần chục chiếc.', own: { hurt: 'no' },
  place: { commune: '30307', name: 'Phường Long Xuyên', detail: 'cầu Hoàng Diệu', point: null },
  when: { choice: 'now', text: null }, contact: null, language: 'vi', files: [],
}

export interface World {
  orm: MikroORM
  room: TipRoom
  agency: SampleAgency
  secret: string
  /** The program's own address. */
  url: string
  /** The time for everybody. */
  at: { now: Date }
  passes (ms: number): void
  /** Lan tells something; the id of the tip and her code. */
  tells (draft?: Partial<Draft>): Promise<{ id: string, code: string }>
  adds (id: string, text: string): Promise<void>
  /** A file of hers arrived and was sealed. */
  fileArrives (id: string, content: { copy: string | null, original: string }): Promise<Attachment>
  deliver (options?: DeliverOptions): Promise<number>
  handoffs (): Promise<Handoff[]>
  tip (id: string): Promise<Tip>
  /** Every line the server logged. */
  logged (): string
  stop (): Promise<void>
}

export async function anAgency (orm: MikroORM): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tin-bao-agency-'))
  const at = { now: new Date('2026-11-12T01:15:42Z') }
  const identity = await generateX25519Identity()
  const recipient = await identityToRecipient(identity)
  const room: TipRoom = {
    keys: loadOrCreateServerKeys(join(dataDir, 'server.key'), randomBytes).keys,
    recipients: new Recipients([recipient], new Map()),
    clock: () => at.now,
    dataDir,
    random: randomBytes,
    say: (language: Language) => speaker(language, texts.vi),
    brings: async () => true,
  }
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const app = new Hono()
  const { log, lines } = capturedLog()
  const server = await listen(app, { host: '127.0.0.1', port: 0 }, { grace: 100 })
  guard(app, { publicUrl: server.url, log })
  agencyRoutes(app, orm, room, { secret, publicUrl: server.url })
  const agency = await startSampleAgency({ secret, identities: [identity], answerTo: server.url, clock: () => at.now })

  return {
    orm, room, agency, secret, url: server.url, at,
    passes (ms) { at.now = new Date(at.now.getTime() + ms) },
    async tells (draft = {}) {
      const { code } = await inTransaction(orm, async em => await receiveTip(em, room, { ...race, ...draft }, lan))
      const newest = await orm.em.fork().findOneOrFail(Handoff, { type: 'tip.received' }, { orderBy: { id: 'desc' } })
      return { id: newest.tipId, code }
    },
    async adds (id, text) {
      await inTransaction(orm, async em => { await addToTip(em, room, { tipId: id, text, files: [], language: 'vi' }, lan) })
    },
    async fileArrives (id, { copy, original }) {
      const publicId = randomUUID()
      const sealed = { copy: copy === null ? null : await sealFile(Buffer.from(copy), [recipient]), original: await sealFile(Buffer.from(original), [recipient]) }
      if (sealed.copy !== null) await writeSealedFile(dataDir, publicId, 'copy', sealed.copy)
      await writeSealedFile(dataDir, publicId, 'original', sealed.original)
      const about: AboutInside = { v: 1, name: 'IMG_1.jpg', kind: 'photo', original: { mime: 'image/jpeg', bytes: original.length, sha256: '00' }, copy: copy === null ? null : { mime: 'image/jpeg', bytes: copy.length, sha256: '01' } }
      return await inTransaction(orm, async em => {
        const attachment = em.create(Attachment, {
          publicId, tipId: id, lane: publicId, dueAt: null, attempts: 0, leasedUntil: null, state: 'sealed', source: null,
          sealedAbout: await seal(JSON.stringify(about), [recipient], aboutPlace(publicId)), copyBytes: sealed.copy?.length ?? 0, originalBytes: sealed.original.length,
        })
        em.persist(attachment)
        await em.flush()
        queueHandoff(em, { type: 'tip.added', tipId: id, attachmentId: attachment.id, now: at.now })
        return attachment
      })
    },
    deliver: async options => await deliverHandoffs(orm, room, { url: agency.url, secret, publicUrl: server.url }, options),
    handoffs: async () => await orm.em.fork().find(Handoff, {}, { orderBy: { id: 'asc' } }),
    tip: async id => await orm.em.fork().findOneOrFail(Tip, { id }),
    logged: () => lines.join(''),
    async stop () {
      await agency.goesDown()
      await server.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}
