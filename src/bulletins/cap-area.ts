// Where a warning holds, as CAP says it: names, outlines and codes of communes, or of the whole province. Pure.
import type { Language, Say } from '../i18n.ts'
import type { Boundaries } from '../localities/at-point.ts'
import { localityName } from '../localities/locality.ts'
import type { Area, Point } from './cap.ts'

/** The code list: administrative units since 2025-07-01, as the National Statistics Office numbers them. */
export const geocodeName = 'VN-DVHC-2025'
/** An Giang in that list. */
const provinceCode = '91'

/**
 * One area for each commune; the province when none is named.
 * @param boundaries null: codes only
 */
export function areasOf (localities: readonly string[], say: Say, language: Language, boundaries: Boundaries | null): Area[] {
  if (localities.length === 0) {
    return [{ description: say('chat.subscribe.areaAll'), polygons: boundaries === null ? [] : provinceOutline(boundaries), geocodes: [{ name: geocodeName, value: provinceCode }] }]
  }
  return localities.map(code => ({
    description: localityName(code, language),
    polygons: boundaries === null ? [] : ringsOf(code, boundaries),
    geocodes: [{ name: geocodeName, value: code }],
  }))
}

/** The rings of one commune; islands have several, and holes there are none. */
function ringsOf (code: string, { units, scale }: Boundaries): Point[][] {
  return (units[code] ?? []).map(([ring = []]) => closed(cornersOf(ring)).map(corner => pointOf(corner, scale)))
}

const provinces = new WeakMap<Boundaries, Point[][]>()

/**
 * The rings around all communes together, some fourteen hundred points. The map was simplified so that neighbours share their
 * corners: a piece of border that is there twice, once in each direction, lies inside and falls away.
 */
function provinceOutline (boundaries: Boundaries): Point[][] {
  const known = provinces.get(boundaries) ?? around(boundaries)
  provinces.set(boundaries, known)
  return known
}

function around ({ units, scale }: Boundaries): Point[][] {
  const pieces = Object.values(units).flat().flatMap(([ring = []]) => {
    const corners = closed(cornersOf(ring))
    return corners.slice(1).map((to, i) => [corners[i] ?? to, to] as const)
  })
  const drawn = new Set(pieces.map(([from, to]) => `${from} ${to}`))
  const ways = new Map(pieces.filter(([from, to]) => !drawn.has(`${to} ${from}`)))
  const rings: Point[][] = []
  while (ways.size > 0) {
    const ring: string[] = []
    for (let at = ways.keys().next().value; at !== undefined; at = follow(ways, at)) ring.push(at)
    rings.push(ring.map(corner => pointOf(corner, scale)))
  }
  return rings
}

/** Follows a way and takes it off the map. */
function follow (ways: Map<string, string>, at: string): string | undefined {
  const to = ways.get(at)
  ways.delete(at)
  return to
}

/** The corners of a ring as it is stored, as texts that can be compared. */
function cornersOf (ring: readonly number[]): string[] {
  const corners: string[] = []
  let [x, y] = [0, 0]
  for (let i = 0; i + 1 < ring.length; i += 2) {
    x += ring[i] ?? 0
    y += ring[i + 1] ?? 0
    corners.push(`${x},${y}`)
  }
  return corners
}

function closed (ring: readonly string[]): string[] {
  return [...ring, ...ring.slice(0, 1)]
}

/** The map has longitude first, CAP latitude. */
function pointOf (corner: string, scale: number): Point {
  const [x = 0, y = 0] = corner.split(',').map(Number)
  return [y / scale, x / scale]
}
