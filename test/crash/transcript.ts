// What somebody read, with replies that came twice counted and taken out: what is left must be what everybody reads on a quiet day.
import type { Shown } from './phone.ts'
import type { Visit } from './visits.ts'

/** A reply has at most so many parts; after a crash it comes again from its first. */
const mostParts = 6

/** Takes out what came twice in a row: a message, or several parts of one. */
export function withoutRepeats (read: readonly Shown[]): { once: Shown[], repeats: number } {
  const once = [...read]
  let repeats = 0
  const same = (a: number, b: number): boolean => once[a] !== undefined && once[a].whole === once[b]?.whole
  for (let at = 0; at < once.length;) {
    const parts = Array.from({ length: mostParts }, (_, n) => mostParts - n).find(length => Array.from({ length }, (_, n) => same(at + n, at + length + n)).every(Boolean))
    if (parts === undefined) at++
    else repeats += once.splice(at, parts).length
  }
  return { once, repeats }
}

/** Without what is this visit's own: its story, its code, the day. */
export function inGeneral (shown: readonly Shown[], { story, more, code }: Pick<Visit, 'story' | 'more' | 'code'>): string[] {
  return shown.map(({ text, labels }) => {
    let words = text.replaceAll(/\d{2}\/\d{2}\/\d{4}/g, '<day>')
    for (const [own, name] of [[story, '<story>'], [more, '<more>'], [code, '<code>']] as const) if (own !== null) words = words.replaceAll(own, name)
    return `${words}\n${labels.join(' | ')}`
  })
}

/** The first difference in a sentence; null: there is none. */
export function differs (read: readonly string[], usual: readonly string[]): string | null {
  const at = Array.from({ length: Math.max(read.length, usual.length) }, (_, n) => n).find(n => read[n] !== usual[n])
  if (at === undefined) return null
  const shortly = (text: string | undefined): string => text === undefined ? 'nothing' : `“${text.trim().slice(0, 160).replaceAll('\n', ' ')}”`
  return `message ${at + 1} is ${shortly(read[at])} where others read ${shortly(usual[at])}`
}
