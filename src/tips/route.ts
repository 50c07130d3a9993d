// Which units a tip is sealed to, and which outside bodies the officer should think of. The table is units.json.
// Pure.

import { externals, routeFor, type CategoryId, type External, type UnitKind } from './category.ts'
import table from './units.json' with { type: 'json' }

export interface Route {
  /** Unit ids without repeats; the first is responsible. */
  readonly units: string[]
  readonly external: External[]
}

/**
 * Routes a tip. A commune that is null, unknown in form, or not needed leads to the duty desk, which can open every tip but those
 * about police. A tip about police goes to the provincial inspectorate alone: neither the commune unit nor the duty desk nor an
 * outside body near them may learn of it (domain reference 2.5, R12).
 */
export function routeOf (tip: { category: CategoryId, commune: string | null, aboutPolice: boolean }): Route {
  if (tip.aboutPolice) return { units: [table.inspectorate], external: [] }
  const units = new Set<string>()
  const external: External[] = []
  for (const kind of routeFor(tip.category)) {
    if (isExternal(kind)) external.push(kind)
    else units.add(kind === 'commune_police' ? communeUnit(tip.commune) : table.units[kind])
  }
  return { units: [...units.add(table.dutyDesk)], external }
}

/** Every provincial unit there is, for keys and for the console. Commune units are `commune:<code>`. */
export function provincialUnits (): string[] {
  return [...new Set([table.dutyDesk, table.inspectorate, ...Object.values(table.units)])]
}

/** Key of a unit's name in `categories.json`; commune units take `{{commune}}`. Null when there is no such unit. */
export function unitNameKey (unit: string): string | null {
  if (/^commune:\d{5}$/.test(unit)) return 'units.commune'
  return provincialUnits().includes(unit) ? `units.${unit.replace('province:', '')}` : null
}

function communeUnit (commune: string | null): string {
  return commune !== null && /^\d{5}$/.test(commune) ? `commune:${commune}` : table.dutyDesk
}

function isExternal (kind: UnitKind | External): kind is External {
  return externals.some((external) => external === kind)
}
