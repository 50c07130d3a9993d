// What stands in the way of a bulletin, in words an officer can act on.
import type { Say, TextKey } from '../i18n.ts'

/** One thing to put right: a text by its key, with its blanks. */
export interface Problem {
  key: TextKey
  /** `say`: a word that is itself a text. */
  blanks?: Record<string, string | number | { say: TextKey }>
}

/** A verb that can't be done now; nothing was changed. Its message holds keys, never what somebody wrote. */
export class BulletinRefused extends Error {
  readonly problems: readonly Problem[]

  constructor (...problems: Problem[]) {
    super(problems.map(({ key }) => key).join(', '))
    this.name = 'BulletinRefused'
    this.problems = problems
  }
}

/** A sentence for each. */
export function sayProblems (say: Say, problems: readonly Problem[]): string[] {
  return problems.map(({ key, blanks = {} }) => say(key, Object.fromEntries(Object.entries(blanks).map(([name, blank]) => [name, typeof blank === 'object' ? say(blank.say) : blank]))))
}
