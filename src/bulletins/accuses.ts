// Finds what a bulletin may not hold (R5): the name, plate, phone or account number of a person. A person looks at what is found. Pure.
import { subjectsIn } from '../localities/subjects.ts'

export interface Accusation {
  kind: 'name' | 'phone' | 'plate' | 'number'
  /** As it stands in the text, cut short. */
  what: string
}

/** Family names of this province (domain.md 6.3); a full name begins with one. */
const family = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Hoàng', 'Võ', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý', 'Phan', 'Trương', 'Đinh', 'Lâm', 'Mai', 'Trịnh', 'Đoàn', 'Châu', 'Chau', 'Néang', 'Neàng', 'Thạch', 'Mohamad']
const fullName = new RegExp(`(?<![\\p{L}])(?:${family.join('|')})(?: \\p{Lu}\\p{Ll}+){1,4}(?![\\p{L}])`, 'gu')
/** Streets, schools and places are called after people too. */
const calledAfter = /(?:đường|phố|trường|cầu|chợ|kênh|quảng trường|công viên|bệnh viện|khu|hẻm|ấp|khóm|xã|phường|tp\.?|thành phố|street|school|bridge|market|ward|commune|hamlet|park)\s+(?:\p{L}+\s+){0,3}$/iu
/** A number that people are asked to call. */
const toCall = /(?:công an|trực ban|đường dây nóng|tổng đài|liên hệ|gọi|báo|hotline|call|police|duty)[^.\n]{0,60}$/iu

/** Everything found, each once. */
export function accusationsIn (text: string): Accusation[] {
  const found: Accusation[] = []
  for (const match of text.matchAll(fullName)) {
    if (!calledAfter.test(text.slice(Math.max(0, match.index - 40), match.index))) found.push({ kind: 'name', what: match[0] })
  }
  for (const sentence of text.split(/(?<=[.!?])\s|\n/)) {
    for (const subject of subjectsIn(sentence)) {
      const [kind, what = ''] = subject.split(/:(.*)/s)
      if (kind === 'phone' && toCall.test(before(sentence, what))) continue
      if (kind === 'phone' || kind === 'plate' || kind === 'number') found.push({ kind, what })
    }
  }
  return [...new Map(found.map(accusation => [`${accusation.kind} ${accusation.what}`, accusation])).values()]
}

/** What stands before the number's first digits, however it is spaced. */
function before (sentence: string, digits: string): string {
  const spaced = new RegExp(digits.slice(1, 5).split('').join('[\\s.()-]{0,2}'))
  const at = spaced.exec(sentence)?.index ?? 0
  return sentence.slice(0, at).replace(/[\s(+84]*0?$/, '')
}
