// What must be true of every recipient when all is over; each sentence that comes back is a broken promise.
import type { Arrival } from './bulletin-sink.ts'
import type { Row } from './bulletin-place.ts'

/** Of an alarm rather twice than never; of anything else never twice. */
export function aboutArrivals (arrivals: readonly Arrival[], rows: readonly Row[]): string[] {
  const kinds = new Map(rows.map(({ code, kind }) => [code, kind]))
  const got = Map.groupBy(arrivals.filter(hasIt), nameOf)
  return [
    ...[...got].filter(([name, all]) => all.length > 1 && kinds.get(name.slice(0, 7)) !== 'alarm').map(([name, all]) => `${name} came ${all.length} times.`),
    ...arrivals.filter(({ code }) => !kinds.has(code)).map(({ chat, code }) => `${chat} got ${code}, which nobody approved.`),
  ]
}

/** One outcome for everybody, and the right one. */
export function aboutRows (arrivals: readonly Arrival[], rows: readonly Row[], residents: number): string[] {
  const asked = Map.groupBy(arrivals, nameOf)
  const found: string[] = []
  for (const [code, all] of Map.groupBy(rows, ({ code }) => code)) {
    if (all.length !== residents || new Set(all.map(({ chat }) => chat)).size !== residents) found.push(`${code} has ${all.length} rows for ${residents} people.`)
    for (const row of all) {
      const tries = asked.get(nameOf(row)) ?? []
      const says = outcomeTrouble(row, tries)
      if (says !== null) found.push(`${nameOf(row)} is ${row.state}${row.why === null ? '' : ` (${row.why})`}, ${says}.`)
    }
  }
  return found
}

function outcomeTrouble ({ state }: Row, tries: readonly Arrival[]): string | null {
  switch (state) {
    case 'delivered': return tries.some(({ was }) => was === 'accepted') ? null : 'and never got it'
    // Somebody who stopped the bot is asked once, and by the next bulletin no more.
    case 'left': return tries.some(hasIt) ? 'and got it' : null
    // Whether it arrived nobody knows but the sink: both may be.
    case 'unknown': return null
    default: return 'which is no outcome'
  }
}

export function aboutSums (rows: readonly Row[], sums: readonly { code: string, state: string, n: number }[]): string[] {
  const count = (list: readonly { code: string, state: string, n: number }[]): string[] => list.map(({ code, state, n }) => `${code} ${state} ${n}`).sort()
  const counted = [...Map.groupBy(rows, ({ code, state }) => `${code} ${state}`)].map(([name, all]) => ({ code: name.slice(0, 7), state: name.slice(8), n: all.length }))
  return JSON.stringify(count(counted)) === JSON.stringify(count(sums)) ? [] : [`The sums say ${count(sums).join(', ')}; there are ${count(counted).join(', ')}.`]
}

const hasIt = ({ was }: Arrival): boolean => was === 'accepted' || was === 'lost'
export const nameOf = ({ code, chat }: { code: string, chat: number }): string => `${code} ${chat}`
