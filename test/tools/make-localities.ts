// Makes the two data files of src/localities from their sources (see SOURCES.md there). Run by hand when the sources change:
//   node test/tools/make-localities.ts <localities-an-giang.json> <boundaries.geojson> <folder to write to>
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const oldUnit = z.object({
  code: z.string(), fullName: z.string(), extent: z.enum(['whole', 'part', 'unchanged']),
  districtCode: z.string(), districtName: z.string(), provinceName: z.string(),
})
const source = z.object({
  communes: z.array(z.object({
    code: z.string(), fullName: z.string(), nameEn: z.string(), formerProvince: z.string(),
    point: z.object({ lng: z.number(), lat: z.number() }), bbox: z.array(z.number()), formedFrom: z.array(oldUnit),
  })),
  oldCodeToNew: z.record(z.string(), z.array(z.object({ newCode: z.string() }))),
  history: z.object({ anGiang2019: z.object({ districts: z.array(z.object({
    code: z.string(), communes: z.array(z.object({ code: z.string(), fullName: z.string() })),
  })) }) }),
})
const ring = z.array(z.tuple([z.number(), z.number()]))
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
])
const map = z.object({ features: z.array(z.object({ id: z.string(), geometry })) })

const [namesFrom, mapFrom, folder] = process.argv.slice(2)
if (namesFrom === undefined || mapFrom === undefined || folder === undefined) throw new Error('Three arguments: names, boundaries, folder')
const names = source.parse(JSON.parse(readFileSync(namesFrom, 'utf8')))
writeFileSync(join(folder, 'an-giang.json'), lines(places()))
writeFileSync(join(folder, 'boundaries.json'), lines({ scale: 10_000, units: units(map.parse(JSON.parse(readFileSync(mapFrom, 'utf8')))) }))

function places () {
  const olds = names.communes.flatMap(commune => commune.formedFrom)
  const in2019 = names.history.anGiang2019.districts.flatMap(d => d.communes.map(c => ({ ...c, district: d.code })))
  const to = (code: string): string[] => (names.oldCodeToNew[code] ?? []).map(({ newCode }) => newCode)
  const before = new Map(olds.map(o => [o.code, {
    code: o.code, fullName: o.fullName, district: o.districtCode, to: to(o.code), extent: o.extent,
    also: in2019.filter(c => c.code === o.code && c.fullName !== o.fullName).map(c => c.fullName),
  }]))
  for (const c of in2019) {
    if (!before.has(c.code)) before.set(c.code, { code: c.code, fullName: c.fullName, district: c.district, to: to(c.code), extent: 'whole', also: [] })
  }
  const districts = new Map(olds.map(o => [o.districtCode, { code: o.districtCode, fullName: o.districtName, province: o.provinceName }]))
  return {
    communes: names.communes.map(c => ({
      code: c.code, fullName: c.fullName, nameEn: c.nameEn, province: c.formerProvince,
      point: [c.point.lng, c.point.lat], bbox: c.bbox,
    })),
    districts: byCode([...districts.values()]),
    before: byCode([...before.values()]),
  }
}

/** Rings as whole numbers of 1/10 000 degree (about 11 m): the first position, then the step to each next one. */
function units (from: z.infer<typeof map>): Record<string, number[][][]> {
  return Object.fromEntries(from.features.map(({ id, geometry: g }) =>
    [id, (g.type === 'Polygon' ? [g.coordinates] : g.coordinates).map(polygon => polygon.map(steps))]))
}

function steps (positions: z.infer<typeof ring>): number[] {
  let [x, y] = [0, 0]
  // The last position repeats the first one: left out.
  return positions.slice(0, -1).flatMap(([lng, lat]) => {
    const [px, py] = [x, y]
    ;[x, y] = [Math.round(lng * 10_000), Math.round(lat * 10_000)]
    return [x - px, y - py]
  })
}

function byCode<T extends { code: string }> (list: T[]): T[] {
  return list.sort((a, b) => a.code.localeCompare(b.code))
}

/** JSON with one record a line, so that a change of the data can be read in a diff. */
function lines (value: object): string {
  const block = (v: unknown): string => Array.isArray(v)
    ? `[\n${v.map(x => JSON.stringify(x)).join(',\n')}\n]`
    : typeof v === 'object' && v !== null ? `{\n${Object.entries(v).map(([k, x]) => `${JSON.stringify(k)}:${JSON.stringify(x)}`).join(',\n')}\n}` : JSON.stringify(v)
  return `{\n${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${block(v)}`).join(',\n')}\n}\n`
}
