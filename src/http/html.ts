// How pages are written: `html` tagged templates, which escape every value, inside one accessible document.
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Language } from '../i18n.ts'
import type { Refusal } from './refusal.ts'

/** What an `html` template gives. */
export type Html = ReturnType<typeof html>

export interface Page {
  title: string
  lang: Language
  /** Everything in `<body>`: landmarks (`<header>`, `<main>`) and one `<h1>` are the caller's. */
  body: Html
  /** Addresses of scripts; modules, so they run when the page is read. */
  scripts: readonly string[]
  /** Addresses of style sheets. */
  styles: readonly string[]
}

/**
 * A whole document. For instance:
 * ```ts
 * app.get('/hello', c => c.html(page({
 *   title: 'Xin chào', lang: 'vi', scripts: [], styles: [assets.url('site.css')],
 *   body: html`<main><h1>Xin chào</h1><p>${c.req.query('name') ?? 'bạn'}</p></main>`,
 * })))
 * ```
 * `raw()` of hono/html is only for text that we made and escaped ourselves.
 */
export function page ({ title, lang, body, scripts, styles }: Page): Html {
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#121212" media="(prefers-color-scheme: dark)">
<title>${title}</title>
${styles.map(href => html`<link rel="stylesheet" href="${href}">`)}
${scripts.map(src => html`<script type="module" src="${src}"></script>`)}
</head>
<body>
${body}
</body>
</html>
`
}

/** Says a refusal to a person. `id` finds the log line; show it, so that they can name it when asking for help. */
export type Explain = (c: Context, refusal: Refusal, id: string) => { lang: Language, title: string, body: Html }

/** For a server without texts. */
export const inEnglish: Explain = (_c, refusal, id) => ({
  lang: 'en',
  title: `${refusal.status}`,
  body: html`<main><h1>${refusal.message}</h1><p><a href="/">Start page</a></p><p><small>${id}</small></p></main>`,
})
