// What must be true of everybody and everything after the crashes; each sentence that comes back is a broken promise.
import { likeOurs } from '../process/report.ts'
import { says } from '../../src/locales.ts'
import type { OutboundEvent } from '../../src/tips/agency-api.ts'
import type { KnownTip, SampleAgency } from '../stubs/agency.ts'
import { differs, inGeneral, withoutRepeats } from './transcript.ts'
import { chatWays, type Visit, type Way } from './visits.ts'

/** The story that a tip tells; '' when it can't be read. */
export function storyIn ({ story }: Pick<KnownTip, 'story'>): string {
  const what = typeof story === 'object' && story !== null && 'what' in story ? story.what : null
  return typeof what === 'string' ? what : ''
}

/** True once the agency holds all that this visit told. */
export function hasAll (agency: Pick<SampleAgency, 'tips'>, visit: Visit): boolean {
  const tip = [...agency.tips.values()].find(one => storyIn(one) === visit.story)
  return tip !== undefined && (visit.more === null || tip.added.length > 0) && (visit.photo === null || filesOf(tip).length === 2)
}

/** A code that was read must have brought its tip to the agency: once, whole, and nothing that nobody told. */
export function aboutTips (visits: readonly Visit[], agency: Pick<SampleAgency, 'tips' | 'requests'>): string[] {
  const tips = [...agency.tips.values()]
  const told = visits.filter(visit => visit.code !== null)
  return [
    ...told.flatMap(visit => {
      const found = tips.filter(tip => storyIn(tip) === visit.story)
      const [tip] = found
      if (tip === undefined) return [`${nameOf(visit)}: a code was read, and the agency has no tip.`]
      if (found.length > 1) return [`${nameOf(visit)}: told once, and the agency has ${found.length} tips.`]
      const usual = usualFor(visit, told)
      const usualTip = tips.find(one => storyIn(one) === usual?.story)
      return [
        ...usual !== undefined && usualTip !== undefined && general(tip, visit) !== general(usualTip, usual) ? [`${nameOf(visit)}: the agency reads ${general(tip, visit)}, which is not what was told.`] : [],
        ...visit.more !== null && !JSON.stringify(tip.added).includes(visit.more) ? [`${nameOf(visit)}: what was added did not arrive.`] : [],
        ...tip.added.length > (visit.more === null ? 0 : 1) ? [`${nameOf(visit)}: ${tip.added.length} additions arrived.`] : [],
        ...photoTrouble(visit, tip),
      ]
    }),
    ...tips.filter(tip => !visits.some(visit => visit.sent && visit.story === storyIn(tip))).map(tip => `The agency has the tip ${tip.id}, which nobody sent.`),
    ...aboutIds(agency.requests),
  ]
}

/** One id for each thing that is told, and one thing for each id. */
function aboutIds (requests: SampleAgency['requests']): string[] {
  const things = Map.groupBy(requests, ({ body }) => {
    const { type, data } = JSON.parse(body) as OutboundEvent // ours, and signed
    return [type, data.id, ...data.sealed.map(({ what, id }) => `${what} ${id}`)].join(' ')
  })
  const idsOf = [...things].map(([thing, all]) => ({ thing, ids: new Set(all.map(({ id }) => id)) }))
  const thingsOf = Map.groupBy(idsOf.flatMap(({ thing, ids }) => [...ids].map(id => ({ thing, id }))), ({ id }) => id)
  return [
    ...idsOf.filter(({ ids }) => ids.size > 1).map(({ thing, ids }) => `“${thing}” came to the agency under ${ids.size} webhook-ids.`),
    ...[...thingsOf].filter(([, all]) => all.length > 1).map(([id, all]) => `The webhook-id ${id} came with ${all.length} different things.`),
    ...requests.some(({ signed }) => !signed) ? ['Something came to the agency with a wrong signature.'] : [],
  ]
}

function photoTrouble (visit: Visit, tip: KnownTip): string[] {
  const files = filesOf(tip)
  if (files.length !== (visit.photo === null ? 0 : 2)) return [`${nameOf(visit)}: ${files.length} files arrived.`]
  const original = files.find(({ which }) => which === 'original')
  return visit.photo !== null && (original === undefined || !Buffer.from(visit.photo).equals(original.bytes)) ? [`${nameOf(visit)}: the photo is not the one that was sent.`] : []
}

/** A file that the sample agency could fetch only in part the first time stands there twice. */
function filesOf ({ files }: KnownTip): KnownTip['files'] {
  return [...new Map(files.map(file => [`${file.id} ${file.which}`, file])).values()]
}

/** Everybody was answered, and by nothing but what is said on a quiet day: a decision taken twice would be heard. */
export function aboutAnswers (visits: readonly Visit[]): string[] {
  return visits.flatMap(visit => {
    if (visit.trouble !== null) return [`${nameOf(visit)} ${visit.trouble}.`]
    if (!visit.over) return [`${nameOf(visit)} is still waiting.`]
    // Its lines have names, by which a repeat is known.
    if (visit.way === 'web chat' && withoutRepeats(visit.read()).repeats > 0) return [`${nameOf(visit)} reads something twice.`]
    const usual = usualFor(visit, visits)
    if (usual === undefined || visit === usual) return []
    const difference = differs(inGeneral(withoutRepeats(visit.read()).once, visit), inGeneral(withoutRepeats(usual.read()).once, usual))
    return difference === null ? [] : [`${nameOf(visit)}: ${difference}.`]
  })
}

/** Of the quiet day: nothing of it may be odd, for all is measured by it. */
export function aboutTheUsual (visits: readonly Visit[]): string[] {
  const odd = (['oldButton', 'general', 'choice', 'sorry', 'slow', 'menu', 'cannotSkip', 'startFirst'] as const).map(key => likeOurs(says.vi(`chat.repair.${key}`)))
  return visits.flatMap(visit => {
    const shown = visit.read()
    const strange = shown.find(({ text }) => odd.some(pattern => pattern.test(text)))
    return [
      ...visit.trouble === null ? [] : [`On a quiet day, ${nameOf(visit)} ${visit.trouble}.`],
      ...strange === undefined ? [] : [`On a quiet day, ${nameOf(visit)} reads “${strange.text.slice(0, 100)}”.`],
      ...withoutRepeats(shown).repeats === 0 ? [] : [`On a quiet day, ${nameOf(visit)} reads something twice.`],
    ]
  })
}

/** Replies that came twice, by way. */
export function repeatsOn (visits: readonly Visit[]): Record<Exclude<Way, 'web chat, sealed'>, number> {
  const on = (way: Way): number => visits.filter(visit => visit.way === way).reduce((sum, visit) => sum + withoutRepeats(visit.read()).repeats, 0)
  return Object.fromEntries(chatWays.map(way => [way, on(way)])) as ReturnType<typeof repeatsOn>
}

/** The first who came for the same: on the quiet day. */
function usualFor ({ way, kind }: Visit, visits: readonly Visit[]): Visit | undefined {
  return visits.find(visit => visit.way === way && visit.kind === kind)
}

/** What officers read, without what is this tip's own. */
function general ({ clear, story }: KnownTip, visit: Visit): string {
  const { category, commune, source, unit, units } = clear
  const words = JSON.stringify({ category, commune, source, unit, units, story })
  return words.replaceAll(visit.story ?? '<story>', '<story>').replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
}

function nameOf ({ way, kind, story }: Visit): string {
  return `Somebody on ${way} with ${kind} (${story?.split(' ').at(-1) ?? 'no story'})`
}
