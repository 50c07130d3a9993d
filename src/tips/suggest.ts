// Which categories a free text may be about. A suggestion puts a button first; a person decides.
// Pure.

import { categoryIds, type CategoryId } from './category.ts'
import keywords from './keywords.json' with { type: 'json' }
import { khmer, phrases, read, rememberLast, type Clause, type Match, type Phrases } from './words.ts'

/**
 * The likeliest categories, best first, at most three; empty when nothing is said clearly enough. Words typed with their marks weigh
 * more than words without, one syllable alone proves nothing, and "không phải …" or "… là gì" is no report.
 */
export const suggestCategories: (text: string) => readonly CategoryId[] = rememberLast((text) => {
  // Looked for once in each clause, not once for each word found in it.
  const heard = read(text).map((clause) => ({ clause, denied: denied.findAll(clause), asked: asked.findAll(clause) }))
  return categoryIds
    .map((id) => ({ id, score: scoreOf(lists.get(id) ?? [], heard) }))
    .filter(({ score }) => score >= 1)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ id }) => id)
})

const most = 3

interface Keyword { readonly weight: number, readonly phrases: Phrases }

interface Heard { readonly clause: Clause, readonly denied: readonly Match[], readonly asked: readonly Match[] }

function scoreOf (list: readonly Keyword[], heard: readonly Heard[]): number {
  let score = 0
  for (const keyword of list) {
    const hits = heard.flatMap((one) => keyword.phrases.findAll(one.clause).map((hit) => doubt(one, hit)))
    score += keyword.weight * Math.max(0, ...hits)
  }
  return score
}

// 1: said plainly; 0: denied; between: asked about.
function doubt ({ denied, asked }: Heard, { start, end }: Match): number {
  if (denied.some((no) => no.end === start || no.end === start - 1)) return 0
  if (asked.some((question) => question.start >= end || question.end === start || question.end === start - 1)) return 0.3
  return 1
}

const denied = phrases(
  'không phải( là)?', 'không có', 'đâu phải( là)?', 'đâu có', 'chẳng phải', 'chưa phải', 'không bị', 'not( a| about)?', 'there (is|are) no'
)
const asked = phrases(
  'là gì', 'là sao', 'nghĩa là gì', 'là như thế nào', 'bị phạt bao nhiêu', 'phạt bao nhiêu', 'có bị phạt', 'có phạm pháp', 'what is', 'means'
)

const lists = new Map(categoryIds.map((id) => [id, listOf(id)]))

function listOf (id: CategoryId): Keyword[] {
  const { vi, en, km } = keywords[id]
  return [
    // Counted twice when typed with its marks: the second list has them only.
    ...vi.filter((word) => word.includes(' ')).flatMap((word) => [
      { weight: 1 + 0.25 * (word.split(' ').length - 2), phrases: phrases(word) },
      { weight: 0.5, phrases: phrases(`!${word}`) }
    ]),
    ...vi.filter((word) => !word.includes(' ')).map((word) => ({ weight: 0.4, phrases: phrases(`!${word}`) })),
    ...en.map((word) => ({ weight: 1, phrases: phrases(word) })),
    ...km.map((word) => ({ weight: 1, phrases: khmer(word) }))
  ]
}
