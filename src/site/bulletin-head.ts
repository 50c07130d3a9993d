// What a bulletin's page tells to programs: messengers that show a preview, search engines, feed readers, warning systems. Pure.
import { html } from 'hono/html'
import { capType } from '../bulletins/cap.ts'
import { beginning, standingLine } from '../bulletins/feed.ts'
import { isForSearch, markOf, shownWords, type Shown } from '../bulletins/shown.ts'
import type { Html } from '../http/html.ts'
import type { Language } from '../i18n.ts'
import type { PageRoom } from './bulletin-frame.ts'
import { lookOf } from './kind-look.ts'
import { previewSize } from './preview-size.ts'

const locales: Record<Language, string> = { vi: 'vi_VN', en: 'en_US', km: 'km_KH' }

export function bulletinHead (shown: Shown, { language, say, publicUrl, hasCap }: PageRoom & { hasCap: boolean }): Html {
  const { published } = shown
  const found = shownWords(shown, language)
  const url = `${publicUrl}/b/${published.code}`
  const kind = say(`bulletins.kinds.${lookOf(published)}`)
  const exercise = published.training ? `${say('bulletins.training.band')}: ` : ''
  const headline = `${exercise}${found?.words.headline ?? say('bulletins.standing.takenDown')}`
  const standing = standingLine(shown, say)
  const description = published.training ? say('bulletins.training.what') : [standing, beginning(found?.words.body ?? '', 200)].filter(part => part !== null && part !== '').join('. ')
  const tags: [name: string, content: string][] = [
    ['og:type', 'article'], ['og:site_name', say('site.title')], ['og:locale', locales[language]], ['og:url', url],
    ['og:title', headline], ['og:description', description],
    ['og:image', `${url}/preview.png?v=${markOf(shown)}&lang=${language}`], ['og:image:type', 'image/png'],
    ['og:image:width', String(previewSize.width)], ['og:image:height', String(previewSize.height)],
    ['og:image:alt', say('bulletins.page.preview', { kind, headline })],
    ['article:published_time', published.publishedAt.toISOString()], ['article:modified_time', shown.changedAt.toISOString()],
  ]
  return html`<link rel="canonical" href="${url}">
<meta name="description" content="${description}">
${isForSearch(shown) ? '' : html`<meta name="robots" content="noindex, noarchive">`}
${tags.map(([property, content]) => html`<meta property="${property}" content="${content}">`)}
<meta name="twitter:card" content="summary_large_image">
<link rel="alternate" type="application/json" href="${url}.json">
${hasCap ? html`<link rel="alternate" type="${capType}" href="${url}/cap.xml">` : ''}`
}
