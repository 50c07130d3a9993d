// The 102 places of An Giang since 2025-07-01, by their official codes. Pure; runs in the browser too.
import data from './an-giang.json' with { type: 'json' }

export type LocalityType = 'xa' | 'phuong' | 'dac_khu'

/** A commune-level unit: `Xã …`, `Phường …` or `Đặc khu …`. `code` is the National Statistics Office's. */
export interface Locality {
  code: string
  type: LocalityType
  name: string
  fullName: string
  nameEn: string
}

const kinds: { type: LocalityType, vi: string, en: string }[] = [
  { type: 'xa', vi: 'Xã ', en: 'Commune' },
  { type: 'phuong', vi: 'Phường ', en: 'Ward' },
  { type: 'dac_khu', vi: 'Đặc khu ', en: 'Special Zone' },
]

export const allLocalities: readonly Locality[] = data.communes.map(({ code, fullName, nameEn }) => {
  const kind = kinds.find(({ vi }) => fullName.startsWith(vi))
  if (kind === undefined) throw new Error(`No known kind of place: ${fullName}`)
  return { code, type: kind.type, name: fullName.slice(kind.vi.length), fullName, nameEn }
})

const byCode = new Map(allLocalities.map(locality => [locality.code, locality]))

/** Null when no present commune has this code. Codes of merged communes are not present ones: `findLocality` knows their names. */
export function localityByCode (code: string): Locality | null {
  return byCode.get(code) ?? null
}

/**
 * `Phường Long Xuyên`, in English `Long Xuyen Ward`. No official Khmer names are known to us, so Khmer gets the Vietnamese one.
 * An unknown code comes back as it is: a page with a number is better than no page.
 */
export function localityName (code: string, lang: string): string {
  const locality = byCode.get(code)
  if (locality === undefined) return code
  const english = kinds.find(({ type }) => type === locality.type)?.en ?? ''
  return lang === 'en' ? `${locality.nameEn} ${english}` : locality.fullName
}
