// Every version of a bulletin as it was published: what was sent to warning systems stays as it is for ever. Pure data.
import type { Audience, Content } from './content.ts'
import type { Published } from './published.ts'

export interface Edition {
  /** Begins with 1. */
  version: number
  /** When this version was published. */
  at: Date
  content: Content
  audience: Pick<Audience, 'topics' | 'localities'>
}

/** A bulletin with all its editions, oldest first; the last says what `published` says. */
export interface Chronicle {
  published: Published
  editions: Edition[]
}

/** What a bulletin that was never changed looks like. */
export function onlyEdition ({ publishedAt, content, audience }: Published): Edition {
  return { version: 1, at: publishedAt, content, audience }
}
