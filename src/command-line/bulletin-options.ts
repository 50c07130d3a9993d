// What is typed behind a verb of `npm run bulletins`, read into what the verbs take.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Draft } from '../bulletins/compose.ts'
import { kinds, type Audience, type Content } from '../bulletins/content.ts'
import { libraryEntry, series } from '../bulletins/library.ts'
import { vietnamTime, type Rule } from '../bulletins/schedule.ts'
import { topics } from '../subscribers/topics.ts'
import { communeOf } from './find-commune.ts'
import { Wrong } from './wrong.ts'

export type Options = Record<string, string | boolean | string[] | undefined>

const channelNames = ['web-chat', 'telegram', 'zalo-oa', 'zalo-bot'] as const
const words = z.object({ headline: z.string().max(1000), body: z.string().max(20_000), toDo: z.string().max(20_000) })
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const texts = z.object({ vi: words, en: words.optional(), km: words.optional() })
const contentShape = z.object({
  kind: z.enum(kinds),
  texts,
  source: z.string().max(200).default('Công an tỉnh An Giang'),
  hazard: z.string().max(300).default(''),
  place: z.string().max(300).default(''),
  law: z.object({ name: z.string().max(300), verifiedOn: day }).nullable().default(null),
  validUntil: z.iso.datetime({ offset: true }).nullable().default(null),
  notice: z.object({ number: z.string().max(100), issuedBy: z.string().max(200), issuedOn: day, expiresOn: day }).nullable().default(null),
  prepared: z.object({ correction: texts, allClear: texts }).nullable().default(null),
})

/** The content of a file, or of an entry of the library. @throws Wrong */
export function contentFrom (options: Options): { content: Content, libraryId: string | null, series: Content[] | null, topics: Audience['topics'] } {
  const { from, file, series: seriesId } = options
  if (typeof seriesId === 'string') {
    const found = series.find(({ id }) => id === seriesId)
    if (found === undefined) throw new Wrong(`There is no series "${seriesId}". There are: ${series.map(({ id }) => id).join(', ')}.`)
    const entries = found.bulletins.map(fromLibrary)
    const [first, ...rest] = entries.map(({ content }) => content)
    if (first === undefined) throw new Wrong('This series is empty.')
    return { content: first, libraryId: seriesId, series: rest, topics: [...new Set(entries.flatMap(entry => entry.topics))] }
  }
  if (typeof from === 'string') return { ...fromLibrary(from), libraryId: from, series: null }
  if (typeof file !== 'string') throw new Wrong('Say what it says: --from B01 (see "library"), --series <id>, or --file <draft.json>.')
  return { content: readContent(file), libraryId: null, series: null, topics: [] }
}

function fromLibrary (id: string): { content: Content, topics: Audience['topics'] } {
  const entry = libraryEntry(id.toUpperCase())
  if (entry === null) throw new Wrong(`The library has no "${id}". "library" shows what there is.`)
  const { kind, texts, source, law } = entry
  return { topics: [...entry.topics], content: { kind, texts, source, hazard: '', place: '', law, picture: null, validUntil: null, notice: null, prepared: null } }
}

/** @throws Wrong naming the first thing that is missing or too long */
export function readContent (file: string): Content {
  const read = contentShape.safeParse(json(file))
  if (!read.success) {
    const [issue] = read.error.issues
    throw new Wrong(`${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`)
  }
  return { ...read.data, picture: null } as Content
}

/** Texts alone, for a correction. @throws Wrong */
export function readTexts (file: string): Content['texts'] {
  const read = texts.safeParse(json(file))
  if (!read.success) throw new Wrong(`${file}: it needs { "vi": { "headline", "body", "toDo" } }, and may have "en" and "km".`)
  return read.data as Content['texts']
}

function json (file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new Wrong(`The file ${file} can't be read.`)
  }
  if (text.length > 200_000) throw new Wrong(`The file ${file} is too large for a bulletin.`)
  try {
    return JSON.parse(text)
  } catch {
    throw new Wrong(`${file} is no JSON.`)
  }
}

/** @throws Wrong */
export function audienceFrom (options: Options, otherwise: Audience['topics']): Audience {
  const chosen = listed(options.topics)
  const unknown = chosen.filter(topic => !(topics as readonly string[]).includes(topic))
  if (unknown.length > 0) throw new Wrong(`There is no topic ${unknown.join(', ')}. There are: ${topics.join(', ')}.`)
  const channels = options.channels === 'none' ? [] : listed(options.channels)
  const strange = channels.filter(channel => !(channelNames as readonly string[]).includes(channel))
  if (strange.length > 0) throw new Wrong(`There is no channel ${strange.join(', ')}. There are: ${channelNames.join(', ')}.`)
  const posts = options.posts
  return {
    topics: chosen.length === 0 ? otherwise : chosen as Audience['topics'],
    localities: listed(options.places).map(communeOf),
    channels: options.channels === 'none' ? [] : channels.length === 0 ? [...channelNames] : channels as Audience['channels'],
    ...(typeof posts === 'string' ? { places: posts === 'none' ? [] : listed(posts) } : {}),
  }
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** `--at "2026-12-01 07:30"`, `--every "monday 07:30"`, `--cron "30 7 * * 1"`, `--yearly 08-19,06-26 --time 07:30`; null: as soon as it is approved. @throws Wrong */
export function ruleFrom (options: Options): Rule | null {
  const lateHours = options['late-hours'] === undefined ? 12 : Number(options['late-hours'])
  const skipHolidays = options['skip-holidays'] === true
  const { at, every, cron, yearly, time } = options
  if (typeof at === 'string') {
    const [, date, clock] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/.exec(at) ?? []
    if (date === undefined || clock === undefined) throw new Wrong('Write the time like --at "2026-12-31 07:30", in Vietnam’s time.')
    const moment = vietnamTime(date, clock)
    if (Number.isNaN(moment.getTime())) throw new Wrong(`${at} is no time.`)
    return { kind: 'once', at: moment.toISOString(), lateHours }
  }
  if (typeof every === 'string') {
    const [, name = '', hour = '', minute = ''] = /^(\w+) (\d{1,2}):(\d{2})$/.exec(every.toLowerCase()) ?? []
    const weekday = name === 'day' ? '*' : weekdays.indexOf(name) < 0 ? null : String(weekdays.indexOf(name))
    if (weekday === null) throw new Wrong('Write it like --every "monday 07:30" or --every "day 07:30".')
    return { kind: 'cron', cron: `${Number(minute)} ${Number(hour)} * * ${weekday}`, skipHolidays, lateHours }
  }
  if (typeof cron === 'string') return { kind: 'cron', cron, skipHolidays, lateHours }
  if (typeof yearly === 'string') return { kind: 'yearly', days: listed(yearly), time: typeof time === 'string' ? time : '07:30', skipHolidays, lateHours }
  return null
}

export function listed (option: Options[string]): string[] {
  const whole = Array.isArray(option) ? option.join(',') : typeof option === 'string' ? option : ''
  return whole.split(',').map(part => part.trim()).filter(part => part !== '')
}

/** What an edit changes; the rest stays. @throws Wrong */
export function changeFrom (options: Options, before: Draft): Partial<Draft> {
  const content = typeof options.file === 'string' ? { ...readContent(options.file), picture: before.content.picture } : undefined
  const audience = ['topics', 'places', 'channels', 'posts'].some(name => options[name] !== undefined) ? audienceFrom(options, before.audience.topics) : undefined
  const rule = ['at', 'every', 'cron', 'yearly'].some(name => options[name] !== undefined) ? ruleFrom(options) : undefined
  return { ...(content === undefined ? {} : { content }), ...(audience === undefined ? {} : { audience }), ...(rule === undefined ? {} : { rule }) }
}
