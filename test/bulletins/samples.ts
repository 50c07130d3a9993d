// Bulletins for tests, all invented.
import type { Content, Kind, Words } from '../../src/bulletins/content.ts'
import { onlyEdition, type Chronicle, type Edition } from '../../src/bulletins/edition.ts'
import type { Published } from '../../src/bulletins/published.ts'

export const now = new Date('2026-11-24T07:30:00Z')
export const hoursAgo = (n: number): Date => new Date(now.getTime() - n * 3_600_000)
/** Right codes, as they are kept. */
export const codes = ['K7M2Q49', 'A1B2C3X', '9X8Y7ZT', 'H4KKER7', 'P0TAT0X', 'M0M0M0N', 'SC4M01N'] as const

export const scam: Words = {
  headline: 'Cuộc gọi giả danh công an dọa bắt, đòi chuyển tiền',
  body: 'Sáng nay hơn mười người ở Long Xuyên nhận cuộc gọi tự xưng công an, nói có lệnh bắt và đòi chuyển tiền “xác minh”.\nKẻ gọi biết họ tên, số căn cước của người nghe.',
  toDo: '• Tắt máy, không chuyển tiền, không đọc mã OTP.\n• Gọi 113 để hỏi lại.\n• Nói cho ông bà, cha mẹ biết.',
}
export const scamEn: Words = {
  headline: 'Callers pretend to be police and demand money',
  body: 'This morning more than ten people in Long Xuyen were called by somebody who claimed to be police, spoke of an arrest warrant and asked for money “to verify”.',
  toDo: '• Hang up. Send no money, read out no code.\n• Call 113 and ask.\n• Tell your parents and grandparents.',
}
export const scamKm: Words = {
  headline: 'ការហៅទូរស័ព្ទក្លែងបន្លំជានគរបាល ទាមទារឲ្យផ្ទេរប្រាក់',
  body: 'ព្រឹកនេះ មានមនុស្សជាងដប់នាក់នៅ Long Xuyen ទទួលការហៅពីអ្នកដែលអះអាងថាជានគរបាល ហើយទាមទារឲ្យផ្ទេរប្រាក់។',
  toDo: '• សូមបិទទូរស័ព្ទ កុំផ្ទេរប្រាក់ កុំប្រាប់លេខកូដ OTP។\n• ទូរស័ព្ទ 113 ដើម្បីសួរ។',
}

export function content (kind: Kind, more: Partial<Content> = {}): Content {
  return {
    kind,
    texts: { vi: scam, en: scamEn, km: scamKm },
    source: 'Công an tỉnh An Giang',
    hazard: 'Lừa đảo qua điện thoại',
    place: 'Phường Long Xuyên và các xã lân cận',
    law: { name: 'Bộ luật Hình sự, Điều 174', verifiedOn: '2026-10-01' },
    picture: null,
    validUntil: '2026-11-26T07:30:00Z',
    notice: null,
    prepared: { correction: { vi: { headline: 'BÍ MẬT CHƯA PHÁT', body: 'chưa', toDo: 'chưa' } }, allClear: { vi: { headline: 'BÍ MẬT CHƯA PHÁT', body: 'chưa', toDo: 'chưa' } } },
    ...more,
  }
}

export function published (kind: Kind, code: string, { content: said, ...more }: Partial<Omit<Published, 'content'>> & { content?: Partial<Content> } = {}): Published {
  return {
    code, content: content(kind, said), audience: { topics: ['scams'], localities: ['30307'] },
    training: false, publishedAt: hoursAgo(3), version: 1, changedAt: more.publishedAt ?? hoursAgo(3), standing: 'valid', about: null, correctedBy: null,
    ...more,
  }
}

/** The bulletin with the version before it, when there was one. */
export function chronicle (one: Published, ...before: Edition[]): Chronicle {
  return { published: one, editions: before.length === 0 ? [onlyEdition(one)] : [...before, { version: one.version, at: one.changedAt, content: one.content, audience: one.audience }] }
}
