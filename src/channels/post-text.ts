// A post as one text. Pure.
import { cutText } from './cut.ts'
import type { Post } from './place.ts'

/** Headline, text and link with empty lines between, at most `most` characters (UTF-16 units): what is more is cut at a word, and "… " and the link end it. */
export function postText (post: Pick<Post, 'headline' | 'text' | 'link'>, most: number): string {
  const words = joined([post.headline, post.text])
  const whole = words.includes(post.link) ? words : joined([words, post.link])
  if (whole.length <= most) return whole
  const end = `… ${post.link}`
  const [part = ''] = cutText(words, Math.max(1, most - end.length))
  return `${part}${end}`
}

function joined (parts: string[]): string {
  return parts.map(part => part.trim()).filter(part => part !== '').join('\n\n').normalize('NFC')
}
