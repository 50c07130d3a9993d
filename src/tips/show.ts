// A tip opened with somebody's identity, as lines for a terminal; and its files, opened into a folder.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntityManager } from '@mikro-orm/sql'
import type { Say, TextKey } from '../i18n.ts'
import { localityName } from '../localities/locality.ts'
import { Attachment } from './attachment.ts'
import { questionsOf } from './category.ts'
import { named } from './cleaning/kind.ts'
import { Handoff } from './handoff.ts'
import { TipHistory } from './history.ts'
import { aboutPlace, messagePlace, storyPlace, type AboutInside, type StoryInside } from './inside.ts'
import { sayPattern } from './pattern-rules.ts'
import { readAbout, readMessage, readStory } from './read-inside.ts'
import { readSealedFile } from './sealed-files.ts'
import { open, openFile, SealError, type Belonging } from './sealing.ts'
import { publicStatus } from './status.ts'
import { sayDelivery, ThreadMessage } from './thread.ts'
import type { Tip } from './tip.ts'

/** All of a tip that these identities open, as text without control characters. */
export async function showTip (em: EntityManager, say: Say, tip: Tip, identities: readonly string[]): Promise<string> {
  const story = await opened(tip.sealed, identities, storyPlace(tip.id))
  const history = await em.find(TipHistory, { tipId: tip.id }, { orderBy: { id: 'asc' } })
  const handoffs = await em.find(Handoff, { tipId: tip.id, reference: { $ne: null } })
  const lines = [
    ...row('id', tip.id),
    ...row('status', `${tip.status} (${say(`chat.followUp.status.${publicStatus(tip.status)}`)})`),
    ...row('received', `${tip.receivedOn}, ${tip.source}`),
    ...row('deadlines', `pass on ${tip.transferBy} · notice ${tip.noticeBy} · decision ${tip.decideBy}`),
    ...row('units', tip.units.join(', ')),
    ...tip.patterns.flatMap(note => row('noticed', sayPattern(note))),
    ...row('reference', [...new Set(handoffs.map(({ reference }) => reference))].join(', ')),
    '',
    ...(story.text === null ? [`(${story.why})`] : storyLines(readStory(story.text), say)),
    '',
    ...await threadLines(em, tip, identities),
    ...await attachmentLines(em, tip, identities),
    'History',
    ...history.map(({ on, from, to, by, reason }) => `  ${on}  ${from ?? '-'} -> ${to}, ${by}${reason == null ? '' : `, ${reason}`}`),
  ]
  return harmless(lines.join('\n'))
}

function storyLines (story: StoryInside | null, say: Say): string[] {
  if (story === null) return ['(This was not sealed by our forms; it has no story that can be shown.)']
  const { place, when, contact } = story
  return [
    ...row(say('chat.labels.kind'), say(`categories.${story.category}.label`)),
    ...(story.aboutPolice ? row(say('chat.labels.aboutPolice'), say('chat.answers.yes')) : []),
    ...row(say('chat.labels.what'), story.what),
    ...questionsOf(story.category).flatMap(({ id, key }) => row(say(`categories.${key}` as TextKey), answered(story.own[id], say))),
    ...row(say('chat.labels.where'), place.name ?? (place.commune === null ? say('chat.labels.unknownPlace') : localityName(place.commune, 'vi'))),
    ...row('', place.point === null ? '' : `${place.point.lat}, ${place.point.lng}`),
    ...row(say('chat.labels.whereDetail'), place.detail),
    ...row(say('chat.labels.when'), [when.choice === null ? null : answered(when.choice, say), when.text].filter(text => text !== null).join(': ')),
    ...row(say('chat.labels.identity'), contact === null ? say('chat.report.anonymous') : say('chat.report.contact')),
    ...row(say('chat.labels.name'), contact?.name),
    ...row(say('chat.labels.phone'), contact?.phone),
    ...row(say('chat.labels.safeTime'), contact?.safeTime),
  ]
}

const choices: Readonly<Record<string, TextKey>> = {
  yes: 'chat.answers.yes', no: 'chat.answers.no', 'dont-know': 'chat.answers.dontKnow',
  now: 'chat.report.whenNow', today: 'chat.report.whenToday', week: 'chat.report.whenWeek',
  earlier: 'chat.report.whenEarlier', often: 'chat.report.whenOften', soon: 'chat.report.whenSoon',
}

function answered (answer: string | null | undefined, say: Say): string | null {
  if (answer == null) return null
  const key = Object.hasOwn(choices, answer) ? choices[answer] : undefined
  return key === undefined ? answer : say(key)
}

async function threadLines (em: EntityManager, tip: Tip, identities: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for (const { publicId, from, kind, on, forUnits, delivery } of await em.find(ThreadMessage, { tipId: tip.id }, { orderBy: { id: 'asc' } })) {
    const message = await opened(forUnits, identities, messagePlace(tip.id, publicId, 'units'))
    const inside = message.text === null ? null : readMessage(message.text)
    lines.push(`  ${on}  ${from}, ${kind}${delivery == null ? '' : ` (${sayDelivery(delivery)})`}`, ...indented(inside === null ? `(${message.why ?? 'not readable'})` : inside.text ?? `(${inside.files.length} files)`))
  }
  return lines.length === 0 ? [] : ['Thread', ...lines, '']
}

async function attachmentLines (em: EntityManager, tip: Tip, identities: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for (const { attachment, about } of await attachmentsOf(em, tip, identities)) {
    lines.push(`  ${attachment.publicId}  ${attachment.state}${about === null ? '' : `  ${about.name ?? about.kind}  ${about.original.mime}  ${about.original.bytes} bytes${about.copy === null ? '  (may hold a place or a name: it could not be cleaned)' : ''}`}`)
  }
  return lines.length === 0 ? [] : ['Files', ...lines, '']
}

async function attachmentsOf (em: EntityManager, tip: Tip, identities: readonly string[]): Promise<{ attachment: Attachment, about: AboutInside | null }[]> {
  const found = []
  for (const attachment of await em.find(Attachment, { tipId: tip.id }, { orderBy: { id: 'asc' } })) {
    const { text } = await opened(attachment.sealedAbout ?? '', identities, aboutPlace(attachment.publicId))
    found.push({ attachment, about: text === null ? null : readAbout(text) })
  }
  return found
}

/**
 * Opens the files of a tip into `folder`, for its owner's eyes only: the copy without metadata and the original. Overwrites nothing.
 * Returns the paths.
 * @throws SealError, or the error of the file system
 */
export async function saveFiles (em: EntityManager, dataDir: string, tip: Tip, identities: readonly string[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const written: string[] = []
  for (const { attachment, about } of await attachmentsOf(em, tip, identities)) {
    for (const which of ['copy', 'original'] as const) {
      if ((which === 'copy' ? attachment.copyBytes : attachment.originalBytes) === 0) continue
      const ext = named(about?.[which]?.mime ?? '')?.ext ?? 'bin'
      const path = join(folder, `${attachment.publicId}.${which}.${ext}`)
      await writeFile(path, await openFile(await readSealedFile(dataDir, attachment.publicId, which), identities), { flag: 'wx', mode: 0o600 })
      written.push(path)
    }
  }
  return written
}

async function opened (sealed: string, identities: readonly string[], about: Belonging): Promise<{ text: string, why: null } | { text: null, why: string }> {
  try {
    return { text: await open(sealed, identities, about), why: null }
  } catch (error) {
    if (error instanceof SealError) return { text: null, why: error.message }
    throw error
  }
}

function row (label: string, value: string | null | undefined): string[] {
  return value == null || value === '' ? [] : [`${label}${label === '' ? '  ' : ': '}${value}`]
}

const indented = (text: string): string[] => text.split('\n').map(line => `    ${line}`)

/** What a reporter wrote must not command the officer's terminal, nor turn the reading direction. */
export function harmless (text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}
