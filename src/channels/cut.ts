// Cuts texts and labels where a reader would, never inside a letter. Pure.

const letters = new Intl.Segmenter('vi', { granularity: 'grapheme' })

/** At most `most` characters (UTF-16 units), whole letters, `…` at the end where something is left out. */
export function cutLabel (label: string, most: number): string {
  if (label.length <= most) return label
  return `${firstLetters(label, Math.max(0, most - 1)).trimEnd()}…`
}

/**
 * Parts of at most `most` characters (UTF-16 units): at a paragraph, else a line, else a word, else a letter.
 * The last part keeps `room` free. `whole` is a piece that must not be cut, if it can be helped.
 */
export function cutText (text: string, most: number, room = 0, whole?: string): string[] {
  const parts: string[] = []
  // Spaces at the end say nothing; a part cut off before them would be the last one, and have no room.
  let rest = text.length > most - room ? text.trimEnd() : text
  while (rest.length > most) {
    const part = firstPart(rest, most, whole)
    parts.push(part.trimEnd())
    rest = rest.slice(part.length).trimStart()
  }
  if (rest.length + room > most && room < most && rest.length > 0) {
    const part = firstPart(rest, Math.min(most, most - room), whole)
    parts.push(part.trimEnd())
    rest = rest.slice(part.length).trimStart()
  }
  if (rest !== '' || parts.length === 0) parts.push(rest)
  return parts.filter((part, index) => part !== '' || index === parts.length - 1)
}

function firstPart (text: string, most: number, whole: string | undefined): string {
  const head = text.slice(0, most)
  const at = whole === undefined ? -1 : text.indexOf(whole)
  const cutsWhole = whole !== undefined && at > 0 && at < most && at + whole.length > most
  if (cutsWhole) return text.slice(0, at)
  // A break in the first third would leave a scrap of a message.
  for (const gap of ['\n\n', '\n', ' ']) {
    const found = text.slice(0, most + gap.length).lastIndexOf(gap)
    if (found > most / 3) return text.slice(0, Math.min(found, most))
  }
  const cut = firstLetters(head + text.slice(most, most + 64), most)
  if (cut !== '') return cut
  // One letter with more marks than a message holds: at least no surrogate pair is torn.
  return /[\uD800-\uDBFF]$/.test(head) && head.length > 1 ? head.slice(0, -1) : head
}

/** As many whole letters (with their marks, joined emoji included) as fit. */
function firstLetters (text: string, most: number): string {
  let kept = 0
  for (const { segment, index } of letters.segment(text)) {
    if (index + segment.length > most) break
    kept = index + segment.length
  }
  return text.slice(0, kept)
}
