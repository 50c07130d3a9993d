// A bulletin's audience, plan and progress as short lines for an officer's chat. Pure.
import { minutes } from '../clock.ts'
import { languages, type Language, type Say, type TextKey } from '../i18n.ts'
import { localityName } from '../localities/locality.ts'
import type { Bulletin } from './bulletin.ts'
import { writeBulletinCode } from './code.ts'
import { channelKeys } from './officer-choices.ts'
import type { PlanRow } from './plan-row.ts'
import type { Plan } from './plan.ts'
import type { Progress } from './progress.ts'
import { dayAndMoment, ruleInWords } from './say-when.ts'
import { momentOf } from './when.ts'

type Described = Pick<Bulletin, 'kind' | 'content' | 'audience' | 'training' | 'rule'>

/** For whom, when, until when, in which languages: what a second pair of eyes looks at first. */
export function outlineOf (say: Say, language: Language, { kind, content, audience, training, rule }: Described, at: Date): string {
  const names = audience.localities.map(code => localityName(code, language)).join(', ')
  const missing = languages.filter(one => content.texts[one] === undefined)
  return [
    ...(training ? [`🟪 ${say('officer.broadcast.outline.training')}`] : []),
    say('officer.broadcast.outline.kind', { kind: say(`bulletins.kinds.${kind}`), source: content.source }),
    ...(kind === 'alarm' || audience.topics.length === 0 ? [] : [say('officer.broadcast.outline.topics', { topics: audience.topics.map(topic => say(`chat.subscribe.topic.${topic}`)).join(', ') })]),
    say('officer.broadcast.outline.area', { area: names === '' ? say('chat.subscribe.areaAll') : names }),
    say('officer.broadcast.outline.channels', { channels: audience.channels.map(name => say(channelKeys[name])).join(', ') }),
    say('officer.broadcast.outline.when', { when: ruleInWords(say, language, rule ?? null, at) }),
    ...(content.validUntil === null ? [] : [say('officer.broadcast.outline.until', { until: dayAndMoment(say, language, new Date(content.validUntil)) })]),
    ...(missing.length === 0 ? [] : [say('officer.broadcast.outline.borrowed', { languages: missing.map(one => say(languageKeys[one])).join(', ') })]),
  ].map(line => `• ${line}`).join('\n')
}

const languageKeys: Record<Language, TextKey> = { vi: 'officer.broadcast.language.vi', en: 'officer.broadcast.language.en', km: 'officer.broadcast.language.km' }

/** One line a channel, what it comes to, when it is done and what it costs. */
export function planInWords (say: Say, language: Language, plan: Plan): string {
  const n = (count: number): string => digits(count, language)
  const parts: [keyof Omit<PlanRow, 'channel'>, TextKey][] = [
    ['now', 'officer.outcome.now'], ['later', 'officer.outcome.later'], ['digest', 'officer.outcome.digest'], ['window', 'officer.outcome.window'], ['quota', 'officer.outcome.quota'], ['blocked', 'officer.outcome.blocked'],
  ]
  const line = (row: PlanRow): string => {
    const counts = parts.filter(([part]) => row[part] > 0).map(([part, key]) => say('officer.broadcast.plan.count', { n: n(row[part]), what: say(key) }))
    return `• ${say(channelKeys[row.channel])}: ${counts.length === 0 ? say('officer.broadcast.plan.nobody') : counts.join(' · ')}`
  }
  const soon = plan.finishAt.getTime() - plan.firstDoneAt.getTime() < minutes(1)
  return [
    ...plan.rows.map(line),
    say('officer.broadcast.plan.sum', { reachable: n(plan.reachable), audience: n(plan.audience) }),
    say('officer.broadcast.plan.finish', { first: momentOf(say, language, plan.firstDoneAt) }),
    ...(soon ? [] : [say('officer.broadcast.plan.finishAll', { last: momentOf(say, language, plan.finishAt) })]),
    ...(plan.stars > 0 ? [say('officer.broadcast.plan.stars', { stars: n(plan.stars) })] : []),
  ].join('\n')
}

/** How a bulletin is doing. @param rate recipients a second, if it was seen @param finish when the last one will have it */
export function progressInWords (say: Say, language: Language, bulletin: Pick<Bulletin, 'code' | 'content' | 'training' | 'state' | 'stateBefore' | 'fanOutAfter' | 'finishedAt'>, progress: Progress, rate: number | null, finish: Date): string {
  const n = (count: number): string => digits(count, language)
  const state = bulletin.stateBefore ?? bulletin.state
  const over = isOver(bulletin)
  const expected = progress.total - progress.inLetters
  const percent = expected === 0 ? (over ? 100 : 0) : Math.floor(progress.done / expected * 100)
  const why = over ? reasons(progress).map(([key, count]) => say('officer.broadcast.plan.count', { n: n(count), what: say(key) })) : []
  return [
    `${bulletin.training ? '🟪 ' : ''}📣 ${writeBulletinCode(bulletin.code)}: ${say(`officer.state.${state}`)}`,
    `“${bulletin.content.texts.vi.headline}”`,
    `${bar(percent)} ${percent} %`,
    say('officer.progress.counts', { delivered: n(progress.delivered), failed: n(progress.failed), total: n(progress.total) }),
    ...(why.length === 0 ? [] : [`(${why.join(' · ')})`]),
    ...(progress.inLetters > 0 ? [say('officer.progress.letters', { n: n(progress.inLetters) })] : []),
    ...(bulletin.fanOutAfter != null && !over ? [say('officer.progress.listing')] : []),
    ...(state === 'sending' && rate !== null ? [say('officer.progress.rate', { rate: n(Math.max(1, Math.round(rate))), finish: momentOf(say, language, finish) })] : []),
    ...(over && bulletin.finishedAt != null ? [say('officer.progress.over', { at: momentOf(say, language, bulletin.finishedAt) })] : []),
  ].join('\n')
}

/** Nothing about it will change by itself. */
export function isOver ({ state, stateBefore }: Pick<Bulletin, 'state' | 'stateBefore'>): boolean {
  const now = stateBefore ?? state
  return now === 'sent' || now === 'stopped'
}

/** Why some did not get it, added up. */
function reasons ({ rows }: Progress): [TextKey, number][] {
  const sums = new Map<TextKey, number>()
  for (const { state, why, n } of rows) {
    const key = state === 'refused' ? (why === 'window' || why === 'quota' ? `officer.outcome.${why}` as const : 'officer.outcome.refused' as const) : state === 'left' || state === 'unknown' || state === 'stopped' ? `officer.outcome.${state}` as const : null
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + n)
  }
  return [...sums]
}

function bar (percent: number): string {
  const full = Math.round(percent / 10)
  return `${'▓'.repeat(full)}${'░'.repeat(10 - full)}`
}

/** 1 234 567 as people here group it: with points, in English with commas. */
function digits (n: number, language: Language): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, language === 'en' ? ',' : '.')
}
