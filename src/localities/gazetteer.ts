// Every name people use for a place here: today's communes, those before 2025-07-01, the old districts and provinces. Pure.
import data from './an-giang.json' with { type: 'json' }
import { allLocalities } from './locality.ts'
import { wordsOf } from './words.ts'

export interface Place {
  kind: 'now' | 'before' | 'district' | 'province' | 'elsewhere'
  /** Today's code, or the code of the time. */
  code: string
  /** With its type, and for an old unit its district: tells two places of one name apart. */
  label: string
  /** What people may call it: `xa`, `phuong`, `thi_tran`, `dac_khu`, `district`, `province`. */
  types: readonly string[]
  /** Today's codes it leads to; several when it was split or was larger than a commune. */
  to: readonly string[]
  /** Old districts it lies in or once lay in. */
  districts: readonly string[]
  /** Old provinces, likewise. */
  provinces: readonly string[]
}

/** One name of one place, as it is written with marks (`marked`) and as it is found (`folded`). */
export interface Name { place: Place, folded: string, marked: string }

const prefixes: [prefix: string, type: string][] = [
  ['Xã ', 'xa'], ['Phường ', 'phuong'], ['Thị trấn ', 'thi_tran'], ['Đặc khu ', 'dac_khu'],
  ['Huyện ', 'district'], ['Thị xã ', 'district'], ['Thành phố ', 'district'],
]

/**
 * Neighbours and large cities: when a text names one, its "Châu Thành" is not ours. Long An is missing on purpose: it was a
 * commune of Tân Châu too.
 */
const otherProvinces = [
  'Hậu Giang', 'Tiền Giang', 'Bến Tre', 'Đồng Tháp', 'Cần Thơ', 'Vĩnh Long', 'Sóc Trăng', 'Trà Vinh', 'Bạc Liêu', 'Cà Mau',
  'Hồ Chí Minh', 'Sài Gòn', 'Tây Ninh', 'Bình Dương', 'Đồng Nai', 'Hà Nội',
]

const districts = new Map(data.districts.map(district => [district.code, district]))

/** All names, today's first. */
export const names: readonly Name[] = [...today(), ...before(), ...oldDistricts(), ...provinces()]

const byFolded = new Map<string, Name[]>()
for (const name of names) byFolded.set(name.folded, [...byFolded.get(name.folded) ?? [], name])
const wordCounts = names.map(({ folded }) => folded.split(' ').length)
/** The longest name, in words. */
export const longestName = Math.max(...wordCounts)

/** The places that go by this folded name (see `wordsOf`); empty when none does. */
export function namesFor (folded: string): readonly Name[] {
  return byFolded.get(folded) ?? []
}

function today (): Name[] {
  return allLocalities.map(({ code, name, type }) => {
    const row = data.communes.find(commune => commune.code === code)
    const origins = data.before.filter(({ to }) => to.includes(code)).map(({ district }) => district)
    const inside = [...new Set(origins)]
    const label = inside.map(districtLabel).join(', ')
    const place: Place = { kind: 'now', code, label, types: [type], to: [code], districts: inside, provinces: [row?.province ?? ''] }
    return named(place, name)
  })
}

function before (): Name[] {
  return data.before.flatMap(({ code, fullName, district, to, also }) => {
    const written = [fullName, ...also].map(bare)
    const place: Place = {
      kind: 'before', code, to, districts: [district], label: `${fullName}, ${districtLabel(district)}`,
      types: written.map(({ type }) => type), provinces: [districts.get(district)?.province ?? ''],
    }
    return distinct(written.map(({ name }) => named(place, name)))
  })
}

function oldDistricts (): Name[] {
  return data.districts.map(({ code, fullName, province }) => {
    const { name } = bare(fullName)
    const within = [...new Set(data.before.filter(({ district }) => district === code).flatMap(({ to }) => to))]
    // The commune that kept the district's name comes first: it is what most people mean.
    const to = [...within].sort((a, b) => Number(isNamed(b, name)) - Number(isNamed(a, name)))
    return named({ kind: 'district', code, label: districtLabel(code), types: ['district'], to, districts: [code], provinces: [province] }, name)
  })
}

function provinces (): Name[] {
  const none = { code: '', types: ['province'], to: [], districts: [] }
  return [
    // Today's An Giang holds all of them, so its name excludes nothing.
    named({ ...none, kind: 'province', label: 'An Giang', provinces: ['An Giang', 'Kiên Giang'] }, 'An Giang'),
    named({ ...none, kind: 'province', label: 'Kiên Giang', provinces: ['Kiên Giang'] }, 'Kiên Giang'),
    ...otherProvinces.map(name => named({ ...none, kind: 'elsewhere', label: name, provinces: [] }, name)),
  ]
}

/** There were two districts called Châu Thành: those get their province. */
function districtLabel (code: string): string {
  const district = districts.get(code)
  if (district === undefined) return ''
  const namesakes = data.districts.filter(({ fullName }) => fullName === district.fullName)
  return namesakes.length > 1 ? `${district.fullName}, ${district.province}` : district.fullName
}

function bare (fullName: string): { name: string, type: string } {
  const [prefix, type] = prefixes.find(([start]) => fullName.startsWith(start)) ?? ['', '']
  return { name: fullName.slice(prefix.length), type }
}

function isNamed (code: string, name: string): boolean {
  return allLocalities.some(locality => locality.code === code && locality.name === name)
}

function named (place: Place, name: string): Name {
  const words = wordsOf(name)
  return { place, folded: words.map(({ folded }) => folded).join(' '), marked: words.map(({ marked }) => marked).join(' ') }
}

function distinct (list: Name[]): Name[] {
  return [...new Map(list.map(name => [name.marked, name])).values()]
}
