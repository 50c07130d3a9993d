// Folding: the plain form under which two ways of typing the same Vietnamese words are equal. Pure; runs in the browser too.

/** Characters nobody sees: zero-width and direction marks, soft hyphen, variation selectors, key caps, Khmer inherent vowels. */
// oxlint-disable-next-line no-misleading-character-class -- these are meant one by one, not joined
const invisible = /[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\u{e0000}-\u{e01ef}]/gu
const latinMarks = /[\u0300-\u036f]/g
/** No writing we know puts more than a few marks on one letter, and sorting thousands of them takes minutes. */
const tooManyMarks = /(\p{M}{12})\p{M}+/gu

/**
 * `Tố giác`, `TO GIAC` and their decomposed forms all become `to giac`: lower case, no Latin marks, `đ` as `d`, punctuation as
 * one space. Khmer vowel signs stay, Khmer digits become 0-9. Never throws; folding twice changes nothing. Meaning is lost
 * (bán, bạn, bàn, bản), so a folded match of a single syllable proves nothing.
 */
export function fold (text: string): string {
  return visible(text)
    .toLowerCase()
    .replace(latinMarks, '')
    .replace(tooManyMarks, '$1')
    .normalize('NFD')
    .replace(latinMarks, '')
    .replace(tooManyMarks, '$1')
    .replaceAll('đ', 'd')
    .replace(/[\u17e0-\u17e9]/g, digit => String(digit.charCodeAt(0) - 0x17e0))
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/** The text without characters nobody sees; they break words apart in a copied or a hostile text. */
export function visible (text: string): string {
  return text.replace(invisible, '')
}
