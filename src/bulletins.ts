// npm run bulletins: every verb of bulletins on the command line, also while the server runs.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { MikroORM, type EntityManager, type Options as OrmOptions } from '@mikro-orm/sql'
import pino from 'pino'
import { ormOptions } from '../mikro-orm.config.ts'
import { approve, returnToWriter, submit } from './bulletins/approve.ts'
import { Bulletin, states } from './bulletins/bulletin.ts'
import { nextDays } from './bulletins/calendar.ts'
import { parseBulletinCode, writeBulletinCode } from './bulletins/code.ts'
import { editDraft, writeDraft } from './bulletins/compose.ts'
import { factsOf } from './bulletins/facts.ts'
import { editSent, followUp, withdraw } from './bulletins/follow.ts'
import { BulletinHistory } from './bulletins/history.ts'
import { library, series } from './bulletins/library.ts'
import { noticeOf } from './bulletins/notice.ts'
import { storePicture } from './bulletins/picture.ts'
import { planOf, type Plan } from './bulletins/plan.ts'
import { BulletinPost } from './bulletins/post.ts'
import { postAgain } from './bulletins/posts.ts'
import { finishBy, progressOf, rateBetween, type Progress } from './bulletins/progress.ts'
import { BulletinRefused, sayProblems } from './bulletins/refused.ts'
import type { BulletinRoom } from './bulletins/room.ts'
import { pause, resume, stop } from './bulletins/run.ts'
import { askApprovers, tellWriter } from './bulletins/tell-officers.ts'
import { tariffsOf } from './bulletin-parts.ts'
import { placesOf, shownChannels } from './command-line/bulletin-channels.ts'
import { audienceFrom, changeFrom, contentFrom, listed, readTexts, ruleFrom, type Options } from './command-line/bulletin-options.ts'
import { communeOf } from './command-line/find-commune.ts'
import { Wrong } from './command-line/wrong.ts'
import { systemClock, vietnamTimeZone } from './clock.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { inTransaction } from './db/transaction.ts'
import { languages, type Language } from './i18n.ts'
import { localityName } from './localities/locality.ts'
import { says } from './locales.ts'
import { describeError } from './log.ts'
import { loadOrCreateServerKeys } from './server-key.ts'
import { Officer } from './staff/officer.ts'
import { addOfficer, endOfficer, linkCode, StaffRefused } from './staff/officers.ts'
import { table } from './table.ts'

const help = `
npm run bulletins -- officers                                     who may write, approve and send
npm run bulletins -- officer-add --name <name> --role <duty-officer|commune-lead|province-lead|administrator> [--places <communes>]
npm run bulletins -- officer-link <name>                          a one-time code that makes a chat theirs
npm run bulletins -- officer-end <name>
npm run bulletins -- library | calendar [--days 30]               what there is to begin with; what is coming
npm run bulletins -- write --by <officer> (--from B01 | --series <id> | --file <draft.json>)
      [--topics a,b] [--places <communes>] [--channels none|telegram,zalo-oa,…] [--posts none|<places>] [--picture <file> --alt <text>] [--training]
      [--at "2026-12-31 07:30" | --every "monday 07:30" | --cron "30 7 * * 1" | --yearly 08-19,06-26 --time 07:30] [--skip-holidays] [--late-hours 12]
npm run bulletins -- edit <code> --by <officer> --version <n> [the same]
npm run bulletins -- list [--state <state>] | show <code> | history <code> | preview <code> [--channel telegram] [--language vi]
npm run bulletins -- plan <code>                                  whom it reaches, when, at what price
npm run bulletins -- submit | approve <code> --by <officer>
npm run bulletins -- return | withdraw <code> --by <officer> --reason <text>
npm run bulletins -- pause | resume | stop <code> --by <officer>
npm run bulletins -- progress <code> [--watch]                    also: planned against what came of it
npm run bulletins -- correct | all-clear <code> --by <officer> [--file <texts.json>]     a draft to exactly those who got it
npm run bulletins -- edit-sent <code> --by <officer> --version <n> --file <texts.json>   words put right where they stand
npm run bulletins -- posts [<code>] | post-again <number>

<code> as people see it, e.g. TB-K7M2-Q4H. <officer> is a name or the beginning of one. Communes by name or code, with commas.
States: ${states.join(', ')}
`.trim()

const random = (n: number): Uint8Array => randomBytes(n)

type Room = BulletinRoom & { dataDir: string }

async function main (args: string[]): Promise<void> {
  const { positionals: [command, ...rest], values } = parsed(args)
  if (values.help === true || command === undefined) return print(help)
  const config = readConfig(process.env)
  if (!existsSync(config.serverKeyFile)) throw new Wrong(`There is no server key at ${config.serverKeyFile}. Start the server once, or set DATA_DIR or SERVER_KEY_FILE to where its data is.`)
  if (config.database.kind === 'sqlite' && !existsSync(config.database.file)) throw new Wrong(`There is no database at ${config.database.file}. Start the server once, or set DATA_DIR to where its data is.`)
  const orm = await MikroORM.init(await ormOptions(config.database) as OrmOptions)
  try {
    // Else the first query of a transaction would find itself connecting, on a second connection.
    await orm.connect()
    const verb = verbs[command]
    if (verb === undefined) throw new Wrong(`"${command}" is no command. There are: ${Object.keys(verbs).join(', ')}. --help tells more.`)
    print(await verb(roomOf(orm, config), rest, values))
  } finally {
    await orm.close()
  }
}

function parsed (args: string[]) {
  const text = { type: 'string' as const }
  const flag = { type: 'boolean' as const }
  try {
    return parseArgs({
      args, allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' }, by: text, name: text, role: text, places: text, days: text, from: text, series: text, file: text, topics: text, channels: text, posts: text,
        picture: text, alt: text, training: flag, at: text, every: text, cron: text, yearly: text, time: text, 'skip-holidays': flag, 'late-hours': text,
        version: text, state: text, channel: text, language: text, reason: text, watch: flag,
      },
    })
  } catch (error) {
    throw new Wrong(error instanceof Error ? error.message : 'The options are not understood.')
  }
}

function roomOf (orm: MikroORM, config: Config): Room {
  const tariffs = tariffsOf(config)
  return {
    orm, random, clock: systemClock, log: pino({ level: 'silent' }), dataDir: config.dataDir,
    keys: loadOrCreateServerKeys(config.serverKeyFile, random).keys,
    say: language => says[language],
    publicUrl: config.publicUrl,
    channels: shownChannels(config),
    tariff: name => tariffs[name],
    zaloPaid: config.zaloOa?.paid ?? false,
    places: placesOf(config),
    // The server looks for new work twice a second.
    ring: () => {},
    wake: async () => {},
    counted: () => {},
  }
}

type Verb = (room: Room, rest: string[], options: Options) => Promise<string>

const verbs: Record<string, Verb | undefined> = {
  async officers ({ orm }) {
    const all = await orm.em.fork().find(Officer, {}, { orderBy: { name: 'asc' } })
    if (all.length === 0) return 'There are no officers yet. officer-add makes one.'
    return table([['name', 'role', 'places', 'chat', 'since left'], ...all.map(({ name, role, localities, sealed, endedAt }) => [name, role, localities.map(code => localityName(code, 'vi')).join(', ') || 'province', sealed == null ? '-' : 'linked', endedAt == null ? '' : when(endedAt)])])
  },
  async 'officer-add' ({ orm }, _rest, { name, role, places }) {
    if (typeof name !== 'string' || typeof role !== 'string') throw new Wrong('Give --name and --role.')
    return await inTransaction(orm, async em => `${(await addOfficer(em, { name, role, localities: listed(places).map(communeOf) })).name} is an officer now.`)
  },
  async 'officer-link' ({ orm, keys, clock }, [name]) {
    return await inTransaction(orm, async em => {
      const officer = await officerCalled(em, name)
      const code = await linkCode(em, keys, officer, clock(), random)
      return `${officer.name} writes this to the bot within 24 hours, once:\n\n/link ${code}\n\nWhoever writes it becomes ${officer.name} in that chat: hand it over in person.`
    })
  },
  async 'officer-end' ({ orm, clock }, [name]) {
    return await inTransaction(orm, async em => {
      const officer = await officerCalled(em, name)
      await endOfficer(em, officer, clock())
      return `${officer.name} has no access any more.`
    })
  },
  async library () {
    return `${table([['id', 'topics', 'season', 'headline'], ...library.map(({ id, topics, season, texts }) => [id, topics.join(' '), season, texts.vi.headline])])}\n\n${table([['series', 'lessons', 'title'], ...series.map(({ id, bulletins, titles }) => [id, bulletins.join(' '), titles.vi])])}`
  },
  async calendar ({ clock }, _rest, { days = '30' }) {
    const n = Number(days)
    if (!Number.isInteger(n) || n < 1 || n > 400) throw new Wrong('--days is a number from 1 to 400.')
    return table([['from', 'to', 'day', 'bulletins'], ...nextDays(clock(), n).map(({ entry, from, to }) => [from, to, entry.nameVi, entry.bulletins.join(' ')])])
  },
  async write (room, _rest, options) {
    const { content, libraryId, series: more, topics } = contentFrom(options)
    const picture = typeof options.picture === 'string' ? await storePicture(room.dataDir, bytesOf(options.picture), typeof options.alt === 'string' ? options.alt : '') : null
    const bulletin = await inTransaction(room.orm, async em => await writeDraft(em, room, await officerCalled(em, options.by), {
      content: { ...content, picture }, audience: audienceFrom(options, topics), training: options.training === true, rule: ruleFrom(options), series: more, libraryId,
    }))
    return `${writeBulletinCode(bulletin.code)} is a draft, version 1. "plan", "preview" and "submit" come next.`
  },
  async edit (room, [code], options) {
    return await change(room, code, options, async (em, bulletin, officer) => {
      await editDraft(em, room, officer, bulletin, versionOf(options), changeFrom(options, { content: bulletin.content, audience: bulletin.audience }))
      return `${writeBulletinCode(bulletin.code)} is version ${bulletin.version} now.`
    })
  },
  async list ({ orm }, _rest, { state }) {
    if (state !== undefined && !(states as readonly unknown[]).includes(state)) throw new Wrong(`"${String(state)}" is no state. There are: ${states.join(', ')}.`)
    const all = await orm.em.fork().find(Bulletin, state === undefined ? {} : { state: state as Bulletin['state'] }, { orderBy: { id: 'desc' }, limit: 200 })
    if (all.length === 0) return 'No bulletins.'
    return table([['code', 'kind', 'state', 'next', 'headline'], ...all.map(one => [writeBulletinCode(one.code), `${one.kind}${one.training ? ' (exercise)' : ''}`, one.withdrawnAt == null ? one.state : 'withdrawn', one.nextAt == null ? '' : when(one.nextAt), one.content.texts.vi.headline])])
  },
  async show ({ orm, publicUrl }, [code]) {
    const em = orm.em.fork()
    const one = await bulletinOf(em, code)
    const names = await namesIn(em)
    return [
      table([
        ['code', writeBulletinCode(one.code)], ['state', one.withdrawnAt == null ? one.state : 'withdrawn'], ['version', String(one.version)], ['page', `${publicUrl}/b/${one.code}`],
        ['for', `${one.audience.topics.join(', ')} · ${one.audience.localities.map(place => localityName(place, 'vi')).join(', ') || 'the whole province'} · ${one.audience.channels.join(', ')}`],
        ['due', one.nextAt == null ? '-' : when(one.nextAt)], ['rule', one.rule == null ? '-' : JSON.stringify(one.rule)],
        ['written by', names.get(one.writtenBy) ?? '-'], ['approved by', one.approvedBy == null ? '-' : names.get(one.approvedBy) ?? '-'],
      ]), '', JSON.stringify(one.content, null, 2),
    ].join('\n')
  },
  async history ({ orm }, [code]) {
    const em = orm.em.fork()
    const one = await bulletinOf(em, code)
    const names = await namesIn(em)
    const deeds = await em.find(BulletinHistory, { bulletinId: one.id }, { orderBy: { id: 'asc' } })
    return table([['when', 'what', 'by', 'version', 'note'], ...deeds.map(({ at, deed, by, version, note }) => [when(at), says.en(`officer.deed.${deed}`), by == null ? 'the program' : names.get(by) ?? '-', String(version), note ?? ''])])
  },
  async preview (room, [code], { channel = 'telegram', language = 'vi' }) {
    const one = await bulletinOf(room.orm.em.fork(), code)
    const name = (['web-chat', 'telegram', 'zalo-oa', 'zalo-bot'] as const).find(known => known === channel)
    if (name === undefined || !(languages as readonly unknown[]).includes(language)) throw new Wrong('--channel is web-chat, telegram, zalo-oa or zalo-bot; --language is vi, en or km.')
    const spoken = language as Language
    return noticeOf(factsOf(one), spoken, name, says[spoken], room.publicUrl, one.training ? { kind: 'staff' } : { kind: 'topics', topics: one.audience.topics }).text
  },
  async plan (room, [code]) {
    const em = room.orm.em.fork()
    const one = await bulletinOf(em, code)
    const at = one.nextAt ?? room.clock()
    return sayPlan(await planOf(em, room, one, at), at)
  },
  submit: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => {
    await submit(em, room, officer, bulletin)
    await askApprovers(em, room, bulletin)
    return `${writeBulletinCode(bulletin.code)} waits for the approval of another officer.`
  }),
  approve: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => {
    await approve(em, room, officer, bulletin)
    await tellWriter(em, room, bulletin, officer, { kind: 'approved' })
    return `${writeBulletinCode(bulletin.code)} is approved; it goes out ${bulletin.nextAt != null && bulletin.nextAt > room.clock() ? when(bulletin.nextAt) : 'now'}.`
  }),
  return: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => {
    const why = typeof options.reason === 'string' ? options.reason : ''
    await returnToWriter(em, room, officer, bulletin, why)
    await tellWriter(em, room, bulletin, officer, { kind: 'returned', why })
    return `${writeBulletinCode(bulletin.code)} is a draft again.`
  }),
  withdraw: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => {
    await withdraw(em, room, officer, bulletin, typeof options.reason === 'string' ? options.reason : '')
    return `${writeBulletinCode(bulletin.code)} no longer stands. It is being taken out of chats and places that can do that; "correct" tells those who keep it elsewhere.`
  }),
  pause: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => { await pause(em, room, officer, bulletin); return 'Paused.' }),
  resume: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => { await resume(em, room, officer, bulletin); return 'Going on.' }),
  stop: async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => {
    await stop(em, room, officer, bulletin)
    await tellWriter(em, room, bulletin, officer, { kind: 'stopped' })
    return 'Stopped for good.'
  }),
  correct: async (room, [code], options) => await follow(room, code, options, 'correction'),
  'all-clear': async (room, [code], options) => await follow(room, code, options, 'all-clear'),
  'edit-sent': async (room, [code], options) => await change(room, code, options, async (em, bulletin, officer) => {
    if (typeof options.file !== 'string') throw new Wrong('Give the new texts: --file <texts.json>.')
    await editSent(em, room, officer, bulletin, versionOf(options), readTexts(options.file))
    return `${writeBulletinCode(bulletin.code)} is version ${bulletin.version}; it is being changed where that is possible.`
  }),
  async progress (room, [code], { watch }) {
    const one = await bulletinOf(room.orm.em.fork(), code)
    for (let before: Progress | null = null; ; await wait(2000)) {
      const em = room.orm.em.fork()
      const [bulletin, now] = [await bulletinOf(em, code), await progressOf(em, one, room.clock())]
      const rate = before === null ? null : rateBetween(before, now)
      const line = sayProgress(room, bulletin, now, rate)
      if (watch !== true || !['scheduled', 'sending', 'paused'].includes(bulletin.state)) return `${line}\n\n${sayOutcomes(bulletin, now)}`
      print(line)
      before = now
    }
  },
  async posts ({ orm }, [code]) {
    const em = orm.em.fork()
    const all = await em.find(BulletinPost, code === undefined ? {} : { bulletinId: (await bulletinOf(em, code)).id }, { orderBy: { id: 'desc' }, limit: 200 })
    if (all.length === 0) return 'No posts.'
    return table([['number', 'place', 'state', 'link', 'last problem'], ...all.map(({ id, place, state, link, lastProblem }) => [String(id), place, state, link ?? '', lastProblem ?? ''])])
  },
  async 'post-again' ({ orm, clock }, [number]) {
    if (number === undefined || !/^\d{1,9}$/.test(number)) throw new Wrong('Give the number of a post. "posts" shows them.')
    if (!await postAgain(orm.em.fork(), Number(number), clock())) throw new Wrong('This post is not stuck.')
    return `Post ${number} is tried again now.`
  },
}

async function change (room: Room, code: string | undefined, options: Options, work: (em: EntityManager, bulletin: Bulletin, officer: Officer) => Promise<string>): Promise<string> {
  return await inTransaction(room.orm, async em => await work(em, await bulletinOf(em, code), await officerCalled(em, options.by)))
}

async function follow (room: Room, code: string | undefined, options: Options, relation: 'correction' | 'all-clear'): Promise<string> {
  return await change(room, code, options, async (em, bulletin, officer) => {
    const draft = await followUp(em, room, officer, bulletin, relation, typeof options.file === 'string' ? readTexts(options.file) : null)
    return `${writeBulletinCode(draft.code)} is a draft that goes to exactly those who got ${writeBulletinCode(bulletin.code)}. Submit it, and let another officer approve it.`
  })
}

async function bulletinOf (em: EntityManager, typed: unknown): Promise<Bulletin> {
  const code = typeof typed === 'string' ? parseBulletinCode(typed) : null
  if (code === null) throw new Wrong('Give the code of a bulletin, e.g. TB-K7M2-Q4H. "list" shows them.')
  const bulletin = await em.findOne(Bulletin, { code })
  if (bulletin === null) throw new BulletinRefused({ key: 'officer.refused.unknown' })
  return bulletin
}

async function officerCalled (em: EntityManager, typed: unknown): Promise<Officer> {
  if (typeof typed !== 'string' || typed.trim() === '') throw new Wrong('Say which officer it is: --by <name>. "officers" shows them.')
  const all = await em.find(Officer, { endedAt: null })
  const named = all.filter(({ name }) => name.toLowerCase().startsWith(typed.normalize('NFC').trim().toLowerCase()))
  const [one, other] = named.some(({ name }) => name === typed) ? named.filter(({ name }) => name === typed) : named
  if (one === undefined) throw new Wrong(`No officer is called "${typed}". "officers" shows them, officer-add makes one.`)
  if (other !== undefined) throw new Wrong(`More than one officer is called so: ${named.map(({ name }) => name).join('; ')}.`)
  return one
}

async function namesIn (em: EntityManager): Promise<Map<number, string>> {
  return new Map((await em.find(Officer, {})).map(({ id, name }) => [id, name]))
}

function versionOf ({ version }: Options): number {
  if (typeof version !== 'string' || !/^\d{1,6}$/.test(version)) throw new Wrong('Give the version you saw: --version <n>. "show" tells it.')
  return Number(version)
}

function bytesOf (file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch {
    throw new Wrong(`The picture ${file} can't be read.`)
  }
}

function sayPlan (plan: Plan, at: Date): string {
  const word = (outcome: 'now' | 'later' | 'digest' | 'window' | 'quota' | 'blocked'): string => says.en(`officer.outcome.${outcome}`)
  return [
    table([
      ['channel', word('now'), word('later'), word('digest'), word('window'), word('quota'), word('blocked')],
      ...plan.rows.map(row => [row.channel, row.now, row.later, row.digest, row.window, row.quota, row.blocked].map(String)),
    ]),
    '',
    `It reaches ${plan.reachable} of ${plan.audience} who asked for it.`,
    `Beginning ${when(at)}, the last of those due at once has it ${when(plan.firstDoneAt)}, everybody ${when(plan.finishAt)}.`,
    plan.stars === 0 ? 'It costs nothing.' : `It costs some ${plan.stars} Telegram Stars.`,
  ].join('\n')
}

function sayProgress (room: Room, bulletin: Bulletin, progress: Progress, rate: number | null): string {
  const percent = progress.total === 0 ? 0 : Math.floor(progress.done / progress.total * 100)
  const left = progress.total - progress.done - progress.inLetters
  return [
    `${says.en(`officer.state.${bulletin.state}`)}: ${percent} % of ${progress.total}, ${progress.delivered} delivered, ${progress.failed} not, ${progress.inLetters} in letters`,
    ...(rate === null ? [] : [`${rate.toFixed(1)} a second`]),
    ...(left > 0 && bulletin.state === 'sending' ? [`done ${when(finishBy(progress, room.tariff, rate))}`] : []),
  ].join(', ')
}

/** Planned beside what came of it. */
function sayOutcomes (bulletin: Bulletin, { rows }: Progress): string {
  const channels = [...new Set([...bulletin.plan?.map(({ channel }) => channel) ?? [], ...rows.map(({ channel }) => channel)])]
  const sum = (channel: string, match: (row: Progress['rows'][number]) => boolean): number => rows.filter(row => row.channel === channel && match(row)).reduce((total, { n }) => total + n, 0)
  return table([
    ['channel', 'planned', ...(['delivered', 'refused', 'left', 'unknown', 'stopped'] as const).map(state => says.en(`officer.outcome.${state}`)), 'open', 'difference'],
    ...channels.map(channel => {
      const planned = bulletin.plan?.find(row => row.channel === channel)
      const expected = planned === undefined ? 0 : planned.now + planned.quota + planned.later + planned.digest
      const delivered = sum(channel, ({ state }) => state === 'delivered')
      return [
        channel, String(expected), String(delivered), ...(['refused', 'left', 'unknown', 'stopped'] as const).map(state => String(sum(channel, row => row.state === state))),
        String(sum(channel, ({ state }) => state === 'due' || state === 'digest' || state === 'on-the-wire')), String(delivered - expected),
      ]
    }),
  ])
}

function when (at: Date): string {
  return at.toLocaleString('sv-SE', { timeZone: vietnamTimeZone, dateStyle: 'short', timeStyle: 'short' })
}

function print (text: string): void {
  console.log(text)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const sentences = error instanceof ConfigError ? error.refusals : error instanceof BulletinRefused ? sayProblems(says.en, error.problems) : [describeError(error).message]
  console.error(sentences.join('\n'))
  process.exitCode = error instanceof Wrong || error instanceof BulletinRefused || error instanceof StaffRefused ? 2 : 1
}
