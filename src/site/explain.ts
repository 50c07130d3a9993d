// Says a refused request to a person, in their language and with a way on.
import { html } from 'hono/html'
import type { Explain } from '../http/html.ts'
import { says } from '../locales.ts'
import { languageOf } from './language.ts'

export const explain: Explain = (c, refusal, id) => {
  const lang = languageOf(c)
  const say = says[lang]
  return {
    lang,
    title: say('site.title'),
    body: html`<main class="plain"><h1>${say(`site.errors.${refusal.code}`)}</h1><p>${say('site.errors.emergency')}</p><p><a href="/">${say('site.errors.start')}</a></p><p><small>${id}</small></p></main>`,
  }
}
