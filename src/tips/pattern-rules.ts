// Which patterns in tips an officer should know of, and why. A note on a tip and nothing more: it is received and handed on like any other.
// Pure.

/** What a mark is made of; see pattern.ts. */
export type MarkKind = 'sender' | 'story' | 'subject'

interface Rule {
  /** The marks that are counted. */
  marks: MarkKind
  /** So many tips, this one among them, within so many days, today among them. */
  tips: number
  days: number
  /** For officers; the agency reads it in the contract. */
  why: string
  say: (tips: number, days: number) => string
}

/** No mark is kept longer, so no rule can look further back. */
export const marksLive = 30

export const patternRules = {
  'same-story': {
    marks: 'story', tips: 3, days: 7,
    why: 'Copied from hand to hand it may be one event, or one made up; whoever sent it, it should be looked at once and not three times.',
    say: (tips, days) => `the same story, ${tips} tips in ${days} days`,
  },
  'many-from-one': {
    marks: 'sender', tips: 5, days: 7,
    why: 'Hardly anybody sees so much in a week. It may be nonsense; it may be somebody in great need, or the one neighbour who dares.',
    say: (tips, days) => `one sender, ${tips} tips in ${days} days`,
  },
  'same-subject': {
    marks: 'subject', tips: 3, days: 30,
    why: 'The same plate, number or link, again and again from one side: a grudge, or a victim whom nobody hears. A quarrel of neighbours goes to mediation (domain reference 3.3, R9).',
    say: (tips, days) => `one sender, ${tips} tips about the same plate, number or link in ${days} days`,
  },
  'closed-before': {
    marks: 'sender', tips: 3, days: 30,
    why: 'The last ones of this sender came to nothing. This one may not.',
    say: tips => `one sender, whose last ${tips} tips were closed as no crime or out of scope`,
  },
} as const satisfies Record<string, Rule>

export type PatternRule = keyof typeof patternRules
// Written by this list.
export const patternRuleIds = Object.keys(patternRules) as PatternRule[]

/** That a tip met a rule, with the number; never who, and never which other tips. */
export interface PatternNote { rule: PatternRule, tips: number, days: number }

/** Officers' decisions that count for `closed-before`: not that nothing more was found out. */
export const closedAsNothing = ['declined_out_of_scope', 'not_initiated'] as const

export function sayPattern ({ rule, tips, days }: PatternNote): string {
  return patternRules[rule].say(tips, days)
}
