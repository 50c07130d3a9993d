// What a notice is made from, out of its row.
import type { Bulletin } from './bulletin.ts'
import type { Facts } from './notice.ts'

export function factsOf ({ code, content, training, relation, aboutCode }: Bulletin): Facts {
  return { code, content, training, relation: relation == null || aboutCode == null ? null : { kind: relation, code: aboutCode } }
}
