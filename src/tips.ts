// npm run tips: list, show, move and answer tips on the command line, also while the server runs.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { MikroORM, type EntityManager, type Options } from '@mikro-orm/sql'
import { ormOptions } from '../mikro-orm.config.ts'
import { bringsTo } from './channels/brings.ts'
import { systemClock } from './clock.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { inTransaction } from './db/transaction.ts'
import { localityName } from './localities/locality.ts'
import { says } from './locales.ts'
import { describeError } from './log.ts'
import { loadOrCreateServerKeys, rotateServerKeys } from './server-key.ts'
import { table } from './table.ts'
import { moveTip, writeToReporter } from './tips/answer.ts'
import { identitiesIn, loadOrCreateRecipients } from './tips/recipients.ts'
import { sendAgain } from './tips/deliver-handoff.ts'
import { Handoff } from './tips/handoff.ts'
import { sayPattern } from './tips/pattern-rules.ts'
import { Refused } from './tips/refused.ts'
import type { TipRoom } from './tips/room.ts'
import { sayDelivery } from './tips/thread.ts'
import { saveFiles, showTip } from './tips/show.ts'
import { isStatus, statuses, transitions } from './tips/status.ts'
import { Tip } from './tips/tip.ts'

const help = `
npm run tips -- list [--status <status>]
npm run tips -- show <id> --identity <age key file> [--save <folder>]
npm run tips -- status <id> <status> [--reason <word or number of a decision>]
npm run tips -- answer <id> [--text <text>] [--ask]       without --text it is read from the input
npm run tips -- handoffs                                  what the agency has not acknowledged
npm run tips -- send-again <number>                       a handoff that is stuck
npm run tips -- rotate-server-key                         then restart the server

<id> may be shortened as long as only one tip begins with it. --ask: a question instead of a message.
The same settings as for the server are used (DATA_DIR, DATABASE_URL, SERVER_KEY_FILE, TIP_RECIPIENTS).
Statuses: ${statuses.join(', ')}
`.trim()

/** Something the person at the keyboard can put right. */
class Wrong extends Error {}

const by = 'command line'
const random = (n: number): Uint8Array => randomBytes(n)

async function main (args: string[]): Promise<void> {
  const { positionals: [command, ...rest], values } = parsed(args)
  if (values.help === true || command === undefined) return print(help)
  const config = readConfig(process.env)
  if (!existsSync(config.serverKeyFile)) throw new Wrong(`There is no server key at ${config.serverKeyFile}. Start the server once, or set DATA_DIR or SERVER_KEY_FILE to where its data is.`)
  if (command === 'rotate-server-key') {
    return print(`The new server key is ${rotateServerKeys(config.serverKeyFile, random, 'made on the command line')}. Restart the server; from then on it is used.`)
  }
  if (config.database.kind === 'sqlite' && !existsSync(config.database.file)) throw new Wrong(`There is no database at ${config.database.file}. Start the server once, or set DATA_DIR to where its data is.`)

  const orm = await MikroORM.init(await ormOptions(config.database) as Options)
  try {
    // Else the first query of a transaction would find itself connecting, on a second connection.
    await orm.connect()
    const room = await roomOf(config)
    const em = orm.em.fork()
    if (command === 'list') return print(await list(em, values.status))
    if (command === 'show') return print(await show(em, room, rest, values))
    if (command === 'status') return print(await status(orm, room, rest, values.reason))
    if (command === 'answer') return print(await answer(orm, room, rest, values))
    if (command === 'handoffs') return print(await handoffs(em))
    if (command === 'send-again') return print(await again(em, rest))
    throw new Wrong(`"${command}" is no command. There are: list, show, status, answer, handoffs, send-again, rotate-server-key. --help tells more.`)
  } finally {
    await orm.close()
  }
}

function parsed (args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' }, status: { type: 'string' }, identity: { type: 'string', multiple: true },
        save: { type: 'string' }, reason: { type: 'string' }, text: { type: 'string' }, ask: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new Wrong(error instanceof Error ? error.message : 'The options are not understood.')
  }
}

async function roomOf (config: Config): Promise<TipRoom> {
  const { keys } = loadOrCreateServerKeys(config.serverKeyFile, random)
  const { recipients } = await loadOrCreateRecipients(config.tipRecipients, config.dataDir)
  return { keys, recipients, clock: systemClock, dataDir: config.dataDir, random, say: language => says[language], brings: bringsTo(keys, systemClock, config.zaloOa?.paid ?? false) }
}

async function list (em: EntityManager, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined && !isStatus(wanted)) throw new Wrong(`"${wanted}" is no status. There are: ${statuses.join(', ')}.`)
  const tips = await em.find(Tip, wanted === undefined ? {} : { status: wanted }, { orderBy: { receivedOn: 'asc', id: 'asc' }, exclude: ['sealed'] })
  if (tips.length === 0) return 'No tips.'
  return table([
    ['id', 'received', 'decide by', 'status', 'category', 'commune', 'unit', 'noticed'],
    ...tips.map(tip => [
      tip.id.slice(0, 8), tip.receivedOn, tip.decideBy, tip.status, says.vi(`categories.${tip.category}.short`),
      tip.commune == null ? '-' : localityName(tip.commune, 'vi'), tip.unit, tip.patterns.map(sayPattern).join('; '),
    ]),
  ])
}

async function show (em: EntityManager, room: TipRoom, [id]: string[], { identity = [], save }: { identity?: string[] | undefined, save?: string | undefined }): Promise<string> {
  if (identity.length === 0) throw new Wrong('To open a tip, give the file of a unit’s private key: --identity <file>.')
  const identities = identity.flatMap(identitiesFrom)
  const tip = await tipOf(em, id)
  const shown = await showTip(em, says.vi, tip, identities)
  if (save === undefined) return shown
  const written = await saveFiles(em, room.dataDir, tip, identities, save)
  return [shown, '', ...written.map(path => `saved ${path}`)].join('\n')
}

function identitiesFrom (file: string): string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new Wrong(`The key file ${file} can't be read.`)
  }
  const found = identitiesIn(text)
  if (found.length === 0) throw new Wrong(`There is no private key (AGE-SECRET-KEY-1…) in ${file}.`)
  return found
}

async function status (orm: MikroORM, room: TipRoom, [id, to]: string[], reason: string | undefined): Promise<string> {
  if (!isStatus(to)) throw new Wrong(`Give the new status after the id. There are: ${statuses.join(', ')}.`)
  if (reason !== undefined && !/^[\p{L}\p{N}._/-]{1,60}$/u.test(reason)) throw new Wrong('A reason is one word or the number of a decision, up to 60 characters without spaces, and never about a person.')
  return await inTransaction(orm, async em => {
    const tip = await tipOf(em, id)
    const from = tip.status
    if (!transitions[from].includes(to)) throw new Wrong(`A tip that is ${from} cannot become ${to}. What may follow: ${transitions[from].join(', ') || 'nothing'}.`)
    await moveTip(em, room, tip.id, to, by, reason ?? null)
    return `${tip.id}: ${from} -> ${to}`
  })
}

async function answer (orm: MikroORM, room: TipRoom, [id]: string[], { text, ask }: { text?: string | undefined, ask?: boolean | undefined }): Promise<string> {
  await tipOf(orm.em.fork(), id)
  const said = text ?? await readAll(process.stdin)
  return await inTransaction(orm, async em => {
    const tip = await tipOf(em, id)
    const { delivery } = await writeToReporter(em, room, tip.id, { kind: ask === true ? 'request-information' : 'message', text: said }, by)
    return `${tip.id}: ${sayDelivery(delivery)}.`
  })
}

async function handoffs (em: EntityManager): Promise<string> {
  const open = await em.find(Handoff, { state: { $ne: 'acknowledged' } }, { orderBy: { id: 'asc' }, limit: 500 })
  if (open.length === 0) return 'The agency has acknowledged everything.'
  return table([
    ['number', 'tip', 'what', 'state', 'tries', 'last problem', 'next try'],
    ...open.map(handoff => [
      String(handoff.id), handoff.tipId.slice(0, 8), handoff.type, handoff.state, String(handoff.attempts), handoff.lastProblem ?? '-', handoff.dueAt?.toISOString().slice(0, 16) ?? '-',
    ]),
  ])
}

async function again (em: EntityManager, [number]: string[]): Promise<string> {
  if (number === undefined || !/^\d{1,9}$/.test(number)) throw new Wrong('Give the number of a handoff. "handoffs" shows them.')
  if (!await sendAgain(em, Number(number), systemClock())) throw new Wrong('There is no such handoff, or the agency has acknowledged it.')
  return `Handoff ${number} is sent again now, under the same webhook-id.`
}

async function tipOf (em: EntityManager, id: string | undefined): Promise<Tip> {
  if (id === undefined || !/^[0-9a-f-]{4,36}$/.test(id)) throw new Wrong('Give the id of a tip, or at least its first four characters. "list" shows them.')
  const found = await em.find(Tip, { id: { $like: `${id}%` } }, { limit: 2 })
  const [tip, other] = found
  if (tip === undefined) throw new Wrong('There is no tip with this id.')
  if (other !== undefined) throw new Wrong('More than one tip begins with this; give more of the id.')
  return tip
}

function print (text: string): void {
  console.log(text)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const sentences = error instanceof ConfigError ? error.refusals : [describeError(error).message]
  console.error(sentences.join('\n'))
  process.exitCode = error instanceof Wrong || error instanceof Refused ? 2 : 1
}
