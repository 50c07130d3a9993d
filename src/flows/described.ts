// A subscription in words, line by line: what about, where, how much, and when not. Pure.
import type { Here } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import { topics } from '../subscribers/topics.ts'
import type { Subscription } from './acts.ts'

/** The quiet hours that are offered, most people's first. */
export const quietHours: Record<string, { from: number, to: number, label: TextKey }> = {
  night: { from: 21, to: 7, label: 'chat.subscribe.quietNight' },
  evening: { from: 19, to: 7, label: 'chat.subscribe.quietEvening' },
  none: { from: 0, to: 0, label: 'chat.subscribe.quietNone' },
}

const levelLabels: TextKey[] = ['chat.subscribe.levelAll', 'chat.subscribe.levelWarnings', 'chat.subscribe.levelAlarms']

/** 0 everything, 1 warnings and alarms, 2 alarms only: AlertSwiss's levels in plain words. */
export function levelLabel (level: number): TextKey {
  return levelLabels[level] ?? 'chat.subscribe.levelAll'
}

export function frequencyLabel (frequency: Subscription['frequency']): TextKey {
  switch (frequency) {
    case 'daily': return 'chat.subscribe.frequencyDaily'
    case 'weekly': return 'chat.subscribe.frequencyWeekly'
    default: return 'chat.subscribe.frequencyAtOnce'
  }
}

/** Says only what means something: who wants alarms only gets them at any hour, whatever they are about. */
export function described ({ topics: chosen, places, level, frequency, quietFrom, quietTo }: Subscription, { say }: Pick<Here, 'say'>): string[] {
  const isAll = topics.every(topic => chosen.includes(topic))
  const names = isAll ? say('chat.subscribe.topicsAll') : chosen.map(topic => say(`chat.subscribe.topic.${topic}`)).join('; ')
  const where = places.length === 0 ? say('chat.subscribe.areaAll') : places.map(place => place.name).join(', ')
  return [
    say('chat.subscribe.details.level', { level: say(levelLabel(level)) }),
    ...(level === 2 ? [] : [say('chat.subscribe.details.topics', { topics: names })]),
    say('chat.subscribe.details.places', { places: where }),
    ...(level === 0 ? [say('chat.subscribe.details.frequency', { frequency: say(frequencyLabel(frequency)) })] : []),
    ...(level === 2 ? [] : [quiet(quietFrom, quietTo, say)]),
  ]
}

function quiet (from: number, to: number, say: Here['say']): string {
  if (from === to) return say('chat.subscribe.details.noQuiet')
  const offered = Object.values(quietHours).find(hours => hours.from === from && hours.to === to)
  return say('chat.subscribe.details.quiet', { hours: offered === undefined ? say('chat.subscribe.details.hours', { from, to }) : say(offered.label) })
}
