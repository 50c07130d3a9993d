// Which commune a shared position lies in. Pure; the boundaries are an argument, so a browser loads them only when needed.
import { localityByCode, type Locality } from './locality.ts'

/**
 * `units` holds, for each code, polygons of rings (the first is the outline, others are holes). A ring is a flat list of whole
 * numbers, 1/`scale` of a degree: longitude and latitude of the first corner, then the step to each next one; it closes itself.
 */
export interface Boundaries {
  scale: number
  units: Readonly<Record<string, readonly (readonly (readonly number[])[])[]>>
}

export interface AtPoint {
  locality: Locality
  /** False near a border, where the simplified map (about 120 m) may be wrong: ask the person to confirm. */
  sure: boolean
}

/** Metres from a border within which we ask. A little more than the simplification of the map. */
const nearBorder = 150

/**
 * Degrees, WGS 84. Null outside the province, at sea more than 150 m from a shore, and for numbers that are no position.
 * Just outside the border the nearest commune is given, with `sure` false.
 */
export function localityAt (lat: number, lng: number, boundaries: Boundaries): AtPoint | null {
  if (!Number.isFinite(lat) || !Number.isFinite(lng) || Math.abs(lat) > 90 || Math.abs(lng) > 180) return null
  const near = outlinesOf(boundaries)
    .filter(({ west, south, east, north }) => lng > west - margin && lng < east + margin && lat > south - margin && lat < north + margin)
    .map(({ code, polygons }) => ({ code, metres: distance([lng, lat], polygons) }))
    .filter(({ metres }) => metres <= nearBorder)
    .sort((a, b) => a.metres - b.metres)
  const [first, second] = near
  const locality = first === undefined ? null : localityByCode(first.code)
  if (first === undefined || locality === null) return null
  return { locality, sure: first.metres === 0 && second === undefined }
}

type Position = readonly [lng: number, lat: number]
type Outline = { code: string, west: number, south: number, east: number, north: number, polygons: Position[][][] }

const metresPerDegree = 111_195
/** Degrees; more than `nearBorder` in both directions at this latitude. */
const margin = 0.002
const decoded = new WeakMap<Boundaries, Outline[]>()

function outlinesOf (boundaries: Boundaries): Outline[] {
  const known = decoded.get(boundaries)
  if (known !== undefined) return known
  const outlines = Object.entries(boundaries.units).map(([code, units]) => {
    const polygons = units.map(polygon => polygon.map(ring => corners(ring, boundaries.scale)))
    const all = polygons.flat(2)
    const [lngs, lats] = [all.map(([lng]) => lng), all.map(([, lat]) => lat)]
    return { code, polygons, west: Math.min(...lngs), south: Math.min(...lats), east: Math.max(...lngs), north: Math.max(...lats) }
  })
  decoded.set(boundaries, outlines)
  return outlines
}

function corners (ring: readonly number[], scale: number): Position[] {
  const positions: Position[] = []
  let [x, y] = [0, 0]
  for (let i = 0; i + 1 < ring.length; i += 2) {
    x += ring[i] ?? 0
    y += ring[i + 1] ?? 0
    positions.push([x / scale, y / scale])
  }
  return positions
}

/** Metres to the nearest of the polygons; 0 inside one. */
function distance (from: Position, polygons: Position[][][]): number {
  if (polygons.some(rings => inside(from, rings))) return 0
  let nearest = Infinity
  for (const ring of polygons.flat()) {
    let previous = ring.at(-1)
    for (const corner of ring) {
      if (previous !== undefined) nearest = Math.min(nearest, toSegment(from, previous, corner))
      previous = corner
    }
  }
  return nearest
}

/** Even-odd rule over all rings, so that a hole is outside. */
function inside ([lng, lat]: Position, rings: Position[][]): boolean {
  let within = false
  for (const ring of rings) {
    let previous = ring.at(-1)
    for (const corner of ring) {
      if (previous !== undefined && (corner[1] > lat) !== (previous[1] > lat)
        && lng < (previous[0] - corner[0]) * (lat - corner[1]) / (previous[1] - corner[1]) + corner[0]) within = !within
      previous = corner
    }
  }
  return within
}

/** Metres to a straight piece of border; the earth is flat enough over a commune. */
function toSegment ([lng, lat]: Position, [aLng, aLat]: Position, [bLng, bLat]: Position): number {
  const shrink = Math.cos(lat * Math.PI / 180)
  const [ax, ay] = [(aLng - lng) * shrink, aLat - lat]
  const [dx, dy] = [(bLng - aLng) * shrink, bLat - aLat]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
  return Math.hypot(ax + along * dx, ay + along * dy) * metresPerDegree
}
