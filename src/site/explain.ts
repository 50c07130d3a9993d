// Says a refused request to a person, in their language and with a way on.
import { html } from 'hono/html'
import type { Explain, Html } from '../http/html.ts'
import type { Written } from '../http/refusal.ts'
import type { Say } from '../i18n.ts'
import { says } from '../locales.ts'
import { languageOf } from './language.ts'

export const explain: Explain = (c, refusal, id) => {
  const lang = languageOf(c)
  const say = says[lang]
  return {
    lang,
    title: say('site.title'),
    body: html`<main class="plain"><h1>${say(`site.errors.${refusal.code}`)}</h1>${writtenAgain(refusal.along.written, say)}<p>${say('site.errors.emergency')}</p><p><a href="/">${say('site.errors.start')}</a></p><p><small>${id}</small></p></main>`,
  }
}

/** The form once more, with what they wrote in it; sent again it is the same answer, so that it can't count twice. */
function writtenAgain (written: Written | undefined, say: Say): Html | '' {
  if (written === undefined) return ''
  const { text, press, once, hadFiles } = written
  return html`<form method="post" action="/chat" enctype="multipart/form-data">
${once === null ? '' : html`<input type="hidden" name="once" value="${once}">`}${press === null ? '' : html`<input type="hidden" name="press" value="${press}">`}
${text === null ? '' : html`<p><label for="text">${say('site.again.written')}</label></p><p><textarea id="text" name="text" rows="8" cols="40">${text}</textarea></p>`}
${hadFiles ? html`<p><label for="files">${say('site.again.files')}</label></p><p><input id="files" type="file" name="files" multiple></p>` : ''}
<p><button>${say('site.again.send')}</button></p>
</form>`
}
