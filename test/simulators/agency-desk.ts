// The desk of the sample agency: tips it opened with its own keys, and what it says about them through its door.
import { says } from '../../src/locales.ts'
import { transitions, type TipStatus } from '../../src/tips/status.ts'
import type { AboutInside, MessageInside, StoryInside } from '../../src/tips/inside.ts'
import type { KnownTip, Said, SampleAgency } from '../stubs/agency.ts'
import type { Pictures } from './pictures.ts'
import type { TipShown, Wish } from './shown.ts'

export interface Desk {
  shown (): Promise<TipShown[]>
  /** @throws Error with a sentence when there is no such tip */
  says (wish: Wish & { ask: 'agency' }): Promise<void>
}

export function agencyDesk (agency: SampleAgency, pictures: Pictures): Desk {
  /** The agency is not told of what it did itself. */
  const status = new Map<string, TipStatus>()
  const said = new Map<string, TipShown['said']>()

  return {
    async shown () {
      return await Promise.all([...agency.tips.values()].toReversed().map(async tip => {
        const now = status.get(tip.id) ?? tip.clear.status
        return {
          id: tip.id,
          category: says.en(`categories.${tip.clear.category}.label`), commune: tip.clear.commune, source: tip.clear.source, unit: tip.clear.unit, receivedOn: tip.clear.receivedOn,
          status: now, next: transitions[now].filter(next => next !== 'erased'),
          story: tip.story === null ? [] : partsOf(tip.story as StoryInside),
          added: (tip.added as MessageInside[]).flatMap(({ text }) => text === null ? [] : [text]),
          // The copy and the original of a file side by side, in whatever order they came.
          files: await Promise.all(tip.files.toSorted((a, b) => `${a.id} ${a.which}`.localeCompare(`${b.id} ${b.which}`)).map(async ({ which, about, bytes }) => {
            const { name, kind = 'file' } = about as Partial<AboutInside>
            return { name: name ?? kind, kind, which, bytes: bytes.length, url: await pictures.add(bytes) }
          })),
          said: said.get(tip.id) ?? [],
        }
      }))
    },
    async says ({ tip: id, say, text }) {
      const tip = agency.tips.get(id)
      if (tip === undefined) throw new Error('The agency has no tip with this id.')
      const response = await agency.says(eventOf(tip, say, text))
      const answer = await response.json() as { error?: { message: string, allowed?: string[] } }
      if (say === 'status' && response.ok) status.set(id, text as TipStatus)
      said.set(id, [...said.get(id) ?? [], { text: say === 'status' ? `status: ${text}` : text, outcome: response.ok ? 'taken' : `${response.status} ${answer.error?.message ?? ''}` }])
    },
  }
}

function eventOf ({ id }: KnownTip, say: (Wish & { ask: 'agency' })['say'], text: string): Said {
  if (say === 'status') return { type: 'tip.status', data: { id, status: text } } as Said // from a list, and the program checks it
  return { type: say === 'message' ? 'tip.message' : 'tip.request-information', data: { id, text } }
}

function partsOf ({ what, place, when, own, contact, aboutPolice, language }: StoryInside): TipShown['story'] {
  const point = place.point === null ? null : `${place.point.lat}, ${place.point.lng}`
  const parts: [string, (string | null)[]][] = [
    ['What', [what]],
    ['Where', [place.name, place.detail, point]],
    ['When', [when.choice, when.text]],
    ...Object.entries(own).map(([question, answer]): [string, (string | null)[]] => [question, [answer]]),
    ['Contact', contact === null ? [] : [contact.name, contact.phone, contact.safeTime]],
    ['About police', aboutPolice ? ['yes'] : []],
    ['Language', [language]],
  ]
  return parts.flatMap(([label, words]) => {
    const text = words.filter(word => word !== null && word !== '').join(' · ')
    return text === '' ? [] : [{ label, text }]
  })
}
