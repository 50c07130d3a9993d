// To whose keys a tip is sealed in the browser; the same rule as the server's, which checks it. Pure.
import table from '../../tips/units.json' with { type: 'json' }
import { ask, fieldOf, textsIn } from './request.ts'

export interface UnitKeys {
  general: string[]
  units: Record<string, string[]>
}

/** Asks anew each time: keys change, and what is sealed to an old one is refused. */
export async function unitKeys (signal?: AbortSignal): Promise<UnitKeys> {
  const given = fieldOf(await ask('GET', '/chat/keys', undefined, signal), 'recipients')
  const units = fieldOf(given, 'units')
  return {
    general: textsIn(fieldOf(given, 'general')),
    units: Object.fromEntries(Object.entries(typeof units === 'object' && units !== null ? units : {}).map(([unit, keys]) => [unit, textsIn(keys)])),
  }
}

/** The units' own and the general ones; for the inspectorate its own alone, if it has any (domain reference 3.3, R12). */
export function recipientsFor (keys: UnitKeys, units: readonly string[]): string[] {
  const own = units.flatMap(unit => keys.units[unit] ?? [])
  const apart = units.includes(table.inspectorate) && (keys.units[table.inspectorate] ?? []).length > 0
  return [...new Set(apart ? own : [...own, ...keys.general])]
}
