// The words that stand around a place's name in an address, and what they say about it. Pure; runs in the browser too.
import { wordsOf, type Word } from './words.ts'

/** A kind of place; a landmark or a street that may bear a place's name; a small word that says nothing; or everyday talk. */
export type Mark = { what: 'type', types: readonly string[], after: boolean } | { what: 'landmark' | 'street' | 'small' | 'talk' }

const typeWords: [words: string, types: string[], english?: boolean][] = [
  ['xã', ['xa']], ['phường', ['phuong']], ['thị trấn', ['thi_tran']], ['đặc khu', ['dac_khu']],
  ['huyện', ['district']], ['thị xã', ['district']], ['thành phố', ['district']], ['tỉnh', ['province']],
  ['x', ['xa']], ['p', ['phuong']], ['f', ['phuong']], ['tt', ['thi_tran']], ['đk', ['dac_khu']],
  ['h', ['district']], ['tx', ['district']], ['tp', ['district']],
  ['commune', ['xa'], true], ['ward', ['phuong'], true], ['township', ['thi_tran'], true], ['town', ['thi_tran', 'district'], true],
  ['special zone', ['dac_khu'], true], ['district', ['district'], true], ['city', ['district'], true], ['province', ['province'], true],
]
const landmarks = [
  'chợ', 'cầu', 'chùa', 'trường', 'tiểu học', 'trung học', 'thcs', 'thpt', 'bến', 'bến xe', 'bến phà', 'phà', 'núi', 'hồ',
  'bệnh viện', 'nhà thờ', 'công viên', 'trạm', 'market', 'bridge', 'school', 'pagoda', 'hospital',
]
const streets = [
  'ấp', 'khóm', 'khu phố', 'khu dân cư', 'đường', 'hẻm', 'kênh', 'kinh', 'rạch', 'sông', 'quốc lộ', 'tỉnh lộ', 'hamlet', 'street', 'road', 'canal',
]
const small = [
  'dạ', 'em', 'tôi', 'mình', 'con', 'cháu', 'ở', 'tại', 'gần', 'xa', 'khu', 'vực', 'là', 'của', 'thuộc', 'bên', 'phía', 'trên', 'dưới', 'trong', 'ngoài', 'ngay',
  'quanh', 'đó', 'đây', 'này', 'cũ', 'mới', 'trước', 'nhà', 'nha', 'nhé', 'địa chỉ', 'địa bàn', 'đảo', 'số', 'tổ', 'việt nam', 'vn',
  'in', 'at', 'near', 'the', 'of', 'on', 'island', 'old', 'former', 'i', 'am', 'live',
]
/** Everyday words in which a name hides: "trật tự xã hội, an ninh" does not speak of Xã Hội An. */
const talk = ['xã hội', 'an toàn', 'an ninh', 'an sinh', 'an tâm', 'hội phụ nữ', 'hội nông dân', 'phương tiện', 'thanh niên']

const lexicon = new Map<string, { marked: string, mark: Mark }[]>()
for (const [text, types, english] of typeWords) learn(text, { what: 'type', types, after: english === true })
for (const text of landmarks) learn(text, { what: 'landmark' })
for (const text of streets) learn(text, { what: 'street' })
for (const text of small) learn(text, { what: 'small' })
for (const text of talk) learn(text, { what: 'talk' })

function learn (text: string, mark: Mark): void {
  const words = wordsOf(text)
  const key = words.map(({ folded }) => folded).join(' ')
  lexicon.set(key, [...lexicon.get(key) ?? [], { marked: words.map(({ marked }) => marked).join(' '), mark }])
}

/** Null for any other word. In a text with marks "xa" is far and "xã" a commune; in one without, only the place in the text tells. */
export function markOf (part: Word[], withMarks: boolean): Mark | null {
  const known = lexicon.get(part.map(({ folded }) => folded).join(' ')) ?? []
  const marked = part.map(word => word.marked).join(' ')
  return known.find(entry => !withMarks || entry.marked === marked)?.mark ?? null
}
