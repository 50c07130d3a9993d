// To whose keys each unit's tips are sealed: from TIP_RECIPIENTS, or from two identities made on the first start.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { localityByCode } from '../localities/locality.ts'
import { writeWholeFile } from '../whole-file.ts'
import { provincialUnits } from './route.ts'
import { isRecipient } from './sealing.ts'
import table from './units.json' with { type: 'json' }

/** A list that can't be used. The message is one sentence or more for operators; it never repeats a key. */
export class RecipientsError extends Error {
  constructor (message: string) {
    super(message)
    this.name = 'RecipientsError'
  }
}

/** As many as a sealed value can have (see sealing.ts). */
const most = 24

export class Recipients {
  /** False: nobody has a key of the inspectorate's own, so tips about police open for the general keys. */
  readonly policeApart: boolean
  private readonly general: readonly string[]
  private readonly own: ReadonlyMap<string, readonly string[]>

  /** @throws RecipientsError when some tip would have nobody to go to, or too many */
  constructor (general: readonly string[], own: ReadonlyMap<string, readonly string[]>) {
    this.general = general
    this.own = own
    this.policeApart = own.has(table.inspectorate)
    if (general.length === 0 && !own.has(table.dutyDesk)) {
      throw new RecipientsError('TIP_RECIPIENTS has no key that every tip can be sealed to. Add the duty desk’s (duty=age1…), or one without a unit.')
    }
    if (general.length === 0 && !this.policeApart) {
      throw new RecipientsError('TIP_RECIPIENTS has no key for tips about police. Add the inspectorate’s (inspectorate=age1…); the duty desk must not open them.')
    }
    const communes = [...own.keys()].filter(unit => unit.startsWith('commune:'))
    const province = provincialUnits().filter(unit => unit !== table.inspectorate)
    for (const units of [[table.inspectorate], province, ...communes.map(unit => [...province, unit])]) {
      if (this.for(units).length > most) throw new RecipientsError(`TIP_RECIPIENTS would seal one tip to more than ${most} keys. Give each unit one key that its officers share.`)
    }
  }

  /**
   * The age recipients for a tip of these units: their own keys and the general ones. For the inspectorate its own alone, if it has
   * any: whoever holds a general key may be a colleague of the person reported (domain reference 3.3, R12). Never empty for a real route.
   */
  for (units: readonly string[]): string[] {
    const own = units.flatMap(unit => this.own.get(unit) ?? [])
    return [...new Set(units.includes(table.inspectorate) && this.policeApart ? own : [...own, ...this.general])]
  }
}

/**
 * Reads TIP_RECIPIENTS: age recipients separated by commas, spaces or lines. Alone, one is for every unit; `unit=age1…` is for one,
 * named `duty`, `inspectorate`, `cyber` … or `commune:30307`. `#` starts a comment.
 * @throws RecipientsError
 */
export function readRecipients (text: string): Recipients {
  const general: string[] = []
  const own = new Map<string, string[]>()
  const entries = text.replace(/#.*$/gm, '').split(/[\s,;]+/).filter(entry => entry !== '')
  if (entries.length === 0) throw new RecipientsError('TIP_RECIPIENTS is empty. Give at least one age recipient (age1…), or leave the setting out.')
  entries.forEach((entry, i) => {
    const at = entry.indexOf('=')
    const recipient = entry.slice(at + 1)
    if (/^AGE-SECRET-KEY-/i.test(recipient)) throw new RecipientsError(`Entry ${i + 1} of TIP_RECIPIENTS is a private key. Keep it away from this server, and give its public key (age1…) instead.`)
    if (!isRecipient(recipient)) throw new RecipientsError(`Entry ${i + 1} of TIP_RECIPIENTS is not an age recipient (age1…); a character may be missing.`)
    if (at === -1) general.push(recipient)
    else {
      const unit = unitNamed(entry.slice(0, at))
      if (unit === null) throw new RecipientsError(`Entry ${i + 1} of TIP_RECIPIENTS names a unit that does not exist. There are: ${provincialUnits().map(shorthand).join(', ')}, and commune: with the code of a commune of An Giang.`)
      own.set(unit, [...own.get(unit) ?? [], recipient])
    }
  })
  return new Recipients(general, own)
}

function unitNamed (name: string): string | null {
  const commune = /^commune:(\d{5})$/.exec(name)?.[1]
  if (commune !== undefined) return localityByCode(commune) === null ? null : name
  return provincialUnits().find(unit => unit === name || shorthand(unit) === name) ?? null
}

const shorthand = (unit: string): string => unit.replace('province:', '')

export interface MadeKey {
  /** Holds a private key; it must be taken off this machine. */
  file: string
  unit: OwnUnit
}

export interface LoadedRecipients {
  recipients: Recipients
  /** New on this start. */
  made: MadeKey[]
  /** Files of private keys found in the data folder, new or old. */
  privateKeysStillHere: string[]
}

const ownUnits = ['duty', 'inspectorate'] as const
type OwnUnit = typeof ownUnits[number]

/**
 * The recipients in force. Without a setting, the first start makes an identity for the duty desk and one for the inspectorate;
 * from then on only `tip-recipients.txt` in the data folder is read, and the private files can be taken away.
 * @throws RecipientsError, or the error of the file system
 */
export async function loadOrCreateRecipients (setting: string | null, dataDir: string): Promise<LoadedRecipients> {
  const publicFile = join(dataDir, 'tip-recipients.txt')
  const made = setting === null && !existsSync(publicFile) ? await makeRecipients(dataDir, publicFile) : []
  return {
    recipients: readRecipients(setting ?? readFileSync(publicFile, 'utf8')),
    made,
    privateKeysStillHere: ownUnits.map(unit => keyFile(dataDir, unit)).filter(file => existsSync(file)),
  }
}

async function makeRecipients (dataDir: string, publicFile: string): Promise<MadeKey[]> {
  const made: MadeKey[] = []
  const lines: string[] = []
  // The private files first: a crash in between leaves keys that nothing was sealed to yet, and they are used.
  for (const unit of ownUnits) {
    const file = keyFile(dataDir, unit)
    const { recipient, isNew } = await identityIn(file, unit)
    if (isNew) made.push({ file, unit })
    lines.push(`${unit}=${recipient}`)
  }
  writeWholeFile(publicFile, `# To whom tips are sealed; public keys only. TIP_RECIPIENTS, when set, is used instead.\n${lines.join('\n')}\n`, 'keep')
  return made
}

const keyFile = (dataDir: string, unit: OwnUnit): string => join(dataDir, 'tip-keys', `${unit}.txt`)

/** Makes the identity file, or takes the one that is there already, in the format of the `age` tool. */
async function identityIn (file: string, unit: OwnUnit): Promise<{ recipient: string, isNew: boolean }> {
  const fresh = await generateX25519Identity()
  const isNew = writeWholeFile(file, [
    `# Private key (${unit}) of Tin Báo. ${unit === 'inspectorate' ? 'Opens tips about police. Only the inspectorate may hold it.' : 'Opens every tip but those about police.'}`,
    '# Copy it to a safe place, then delete this file: the server does not need it. Without it nobody can open the tips.',
    `# public key: ${await identityToRecipient(fresh)}`,
    fresh,
    '',
  ].join('\n'), 'keep')
  const identity = identitiesIn(readFileSync(file, 'utf8'))[0]
  if (identity === undefined) throw new RecipientsError(`There is no private key in ${file}. Remove the file, and the next start makes a new one; or put your copy in its place.`)
  return { recipient: await identityToRecipient(identity), isNew }
}

/** The identities (`AGE-SECRET-KEY-1…`) in an age key file; lines that are empty or start with `#` are passed over. */
export function identitiesIn (text: string): string[] {
  return text.split(/\r?\n/).map(line => line.trim()).filter(line => /^AGE-SECRET-KEY-/i.test(line)).map(line => line.toUpperCase())
}
