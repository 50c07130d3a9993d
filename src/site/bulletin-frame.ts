// What all pages of bulletins have around them: the head with what other programs look for, numbers to call, languages, a foot. Pure.
import { html } from 'hono/html'
import type { Html } from '../http/html.ts'
import { languages, type Language, type Say } from '../i18n.ts'
import type { BulletinUrls } from './bulletin-assets.ts'
import { emergencyNumbers } from './chat-page.ts'
import { icon } from './icons.ts'

/** What every page is given. */
export interface PageRoom {
  language: Language
  say: Say
  /** As in Config. */
  publicUrl: string
  urls: BulletinUrls
}

export interface Sheet {
  title: string
  /** Path and query without `lang`: for the links to the other languages. */
  path: string
  /** For programs: previews, feeds, search. */
  head: Html | Html[] | ''
  /** What stands in `<main>`. */
  body: Html
  /** Shown as it is printed. */
  printed?: boolean
}

const languageNames: Record<Language, [short: string, name: string]> = { vi: ['VI', 'Tiếng Việt'], en: ['EN', 'English'], km: ['ខ្មែរ', 'ភាសាខ្មែរ'] }

export function sheet ({ title, path, head, body, printed = false }: Sheet, { language, say, urls }: PageRoom): Html {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#182225" media="(prefers-color-scheme: dark)">
<title>${title}</title>
${head}
${urls.styles.map(href => html`<link rel="stylesheet" href="${href}">`)}
<link rel="stylesheet" href="${urls.print}" media="${printed ? 'all' : 'print'}">
<script type="module" src="${urls.script}"></script>
</head>
<body>
<a class="skip" href="#main">${say('bulletins.page.skip')}</a>
<div class="news">
${top(path, language, say)}
<main id="main" class="news-main">
${body}
</main>
<footer class="footer news-foot">${say('site.footer')}</footer>
</div>
</body>
</html>
`
}

/** The same address in a language. `path` is one of ours. */
export function inLanguage (path: string, language: Language): string {
  const [address = '', query = ''] = path.split('?')
  const fields = new URLSearchParams(query)
  fields.set('lang', language)
  return `${address}?${fields.toString()}`
}

function top (path: string, language: Language, say: Say): Html {
  return html`<header class="top">
<a class="brand" href="${inLanguage('/', language)}">${icon('sign')}<b class="brand-name">${say('site.title')}</b></a>
<a class="choice main report" href="${inLanguage('/', language)}">${say('bulletins.page.report')}</a>
<nav class="calls" aria-label="${say('site.emergency')}">${icon('call')}<span class="calls-word">${say('site.danger')}</span>
${emergencyNumbers.map(number => html`<a href="tel:${number}"><b>${number}</b> <span class="who">${say(`site.who.${number}`)}</span></a>`)}
</nav>
<nav class="languages" aria-label="${say('site.languages')}">
${languages.map(other => html`<a href="${inLanguage(path, other)}" lang="${other}" hreflang="${other}" aria-label="${languageNames[other].join(' – ')}"${other === language ? html` aria-current="true"` : ''}>${languageNames[other][0]}</a>`)}
</nav>
</header>`
}
