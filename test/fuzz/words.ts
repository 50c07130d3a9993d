// Aims at what understands words: codes, places, kinds of crime, danger, and what is out of scope.
import fc from 'fast-check'
import { localityAt } from '../../src/localities/at-point.ts'
import { boundaries } from '../../src/localities/boundaries.ts'
import { findLocality } from '../../src/localities/find.ts'
import { fold } from '../../src/localities/fold.ts'
import { allLocalities, localityByCode } from '../../src/localities/locality.ts'
import { commandIn } from '../../src/conversation/commands.ts'
import { isAboutPolice } from '../../src/tips/about-police.ts'
import { categoryIds } from '../../src/tips/category.ts'
import { formatCode, looksLikeCode, makeCode, parseCode } from '../../src/tips/code.ts'
import { dangerIn } from '../../src/tips/emergency.ts'
import { isOutOfScope } from '../../src/tips/scope.ts'
import { suggestCategories } from '../../src/tips/suggest.ts'
import { anyText, longText } from './inputs.ts'
import { aim, must, type Target } from './target.ts'

/** A code as people write it back: in any case, with other dashes, in a sentence, on a full-width keyboard. */
const written = fc.record({
  bytes: fc.uint8Array({ minLength: 23, maxLength: 23 }),
  gap: fc.constantFrom('-', ' ', '–', '—', '', '\n', ' - ', '\u200b-', '_', '.'),
  lower: fc.boolean(), alike: fc.boolean(), wide: fc.boolean(),
  before: fc.constantFrom('', 'mã của tôi là ', 'Code: ', '"', '👉 '), after: fc.constantFrom('', '.', ' nhé', '"', '\0'),
})
const point = fc.tuple(
  fc.oneof(fc.double({ min: 9.8, max: 11, noNaN: true }), fc.double(), fc.constantFrom(NaN, Infinity, -90, 90, 0)),
  fc.oneof(fc.double({ min: 103.4, max: 105.7, noNaN: true }), fc.double(), fc.constantFrom(NaN, -Infinity, -180, 180, 0)),
)

export const wordTargets: Target[] = [
  {
    name: 'codes written back', share: 30_000,
    open: () => aim(written, ({ bytes, gap, lower, alike, wide, before, after }) => {
      const code = makeCode(() => bytes)
      let text = formatCode(code).replaceAll('-', gap)
      if (alike) text = text.replaceAll('0', 'O').replaceAll('1', 'l')
      if (lower) text = text.toLowerCase()
      if (wide) text = text.replace(/[0-9A-Za-z]/g, sign => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
      const read = parseCode(`${before}${text}${after}`)
      // Glued to other words a code may be read as something else; alone it may not.
      if (before === '' && after === '') must(read?.locator === code.locator && read.secret === code.secret, `Not read back: ${text}`)
      else must(read === null || (read.locator.length === 7 && read.secret.length === 16), 'Half a code was read.')
    }),
  },
  {
    name: 'code reader', share: 70_000,
    open: () => aim(anyText, text => {
      const read = parseCode(text)
      must(read === null || parseCode(formatCode(read))?.secret === read.secret, 'A code is not itself when written again.')
      must(read === null || looksLikeCode(text), 'A code does not look like one.')
    }),
  },
  {
    name: 'place finder', share: 70_000,
    open: () => aim(anyText, text => {
      const found = findLocality(text)
      const all = found.kind === 'one' ? [found.locality] : found.kind === 'several' ? found.candidates.map(({ locality }) => locality) : found.near
      must(all.every(({ code }) => localityByCode(code) !== null), 'A place was found that is not there.')
      must(found.kind !== 'several' || found.candidates.length >= 2, 'Several means more than one.')
      must(new Set(all.map(({ code }) => code)).size === all.length, 'One place was found twice.')
    }),
  },
  {
    name: 'places by name', share: 5000,
    open: () => aim(fc.tuple(fc.constantFrom(...allLocalities), fc.constantFrom((name: string) => name, (name: string) => fold(name), (name: string) => name.toUpperCase(), (name: string) => name.normalize('NFD'), (name: string) => `  ${name}\u200b. `)), ([{ fullName, code }, as]) => {
      const found = findLocality(as(fullName))
      const all = found.kind === 'one' ? [found.locality] : found.kind === 'several' ? found.candidates.map(({ locality }) => locality) : []
      must(all.some(one => one.code === code), `${as(fullName)} did not lead to itself.`)
    }),
  },
  {
    name: 'positions', share: 20_000,
    open: () => aim(point, ([lat, lng]) => {
      const at = localityAt(lat, lng, boundaries)
      must(at === null || localityByCode(at.locality.code) !== null, 'A position lies in no place we know.')
    }),
  },
  {
    name: 'kinds, danger, scope', share: 90_000,
    open: () => aim(anyText, understand),
  },
  {
    name: 'very long texts', share: 1000,
    open: () => aim(longText, text => {
      understand(text)
      findLocality(text)
      looksLikeCode(text)
    }),
  },
]

function understand (text: string): void {
  must(suggestCategories(text).every(id => categoryIds.includes(id)), 'A kind was suggested that is not there.')
  must(suggestCategories(text).length <= 3, 'Too many kinds were suggested.')
  must(dangerIn(text)?.numbers.length !== 0, 'Danger needs a number to call.')
  isOutOfScope(text)
  isAboutPolice(text)
  commandIn(text)
  must(!fold(text).includes('\0') || text.includes('\0'), 'Folding brought in what was not there.')
}
