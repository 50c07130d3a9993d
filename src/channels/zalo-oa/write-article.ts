// Turns a post into an article of the Official Account (zalo.md 3.6). Pure.
import type { Body } from '../body.ts'
import { cutLabel } from '../cut.ts'
import type { Post } from '../place.ts'

/** Zalo names no limit for the text; this is ours, far above a bulletin's. */
export const mostArticleText = 20_000

/** Larger pictures are not taken. */
const mostCoverBytes = 1024 * 1024

/** The body of `article/create` and, with an `id`, of `article/update`; null when there is no picture for the cover, without which there is no article. */
export function writeArticle (post: Post, otherCover: string | null): Body | null {
  const cover = coverOf(post) ?? otherCover
  if (cover === null) return null
  const text = cutLabel(post.text.normalize('NFC'), mostArticleText)
  return {
    type: 'normal',
    title: cutLabel(oneLine(post.headline), 150),
    author: cutLabel(oneLine(post.author), 50),
    description: cutLabel(oneLine(text), 300),
    // Without its own `status` the cover is refused; without the article's nobody sees it.
    cover: { cover_type: 'photo', photo_url: cover, status: 'show' },
    body: [...paragraphs(text), ...text.includes(post.link) ? [] : paragraphs(post.link)],
    status: 'show',
    // Nobody of ours reads comments there, and a comment about a crime is seen by all.
    comment: 'hide',
  }
}

function coverOf ({ picture }: Post): string | null {
  if (picture === null || picture.bytes.length > mostCoverBytes) return null
  return picture.mime === 'image/jpeg' || picture.mime === 'image/png' ? picture.url : null
}

/** `content` is read as HTML. */
function paragraphs (text: string): Body[] {
  return text.split(/\n\s*\n/).map(part => part.trim()).filter(part => part !== '')
    .map(part => ({ type: 'text', content: `<p>${escapeHtml(part).replaceAll('\n', '<br>')}</p>` }))
}

function escapeHtml (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function oneLine (text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
}
