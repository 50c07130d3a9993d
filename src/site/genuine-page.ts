// "Is this really from you?": a form for the code, and the answer. Whole without a script. Pure.
import { html } from 'hono/html'
import { writeBulletinCode } from '../bulletins/code.ts'
import { genuineAnswer } from '../bulletins/genuine.ts'
import type { Published } from '../bulletins/published.ts'
import type { Html } from '../http/html.ts'
import { inLanguage, sheet, type PageRoom } from './bulletin-frame.ts'

/** What was asked, and what there is under it. */
export interface Asked { typed: string, published: Published | null }

/** An invented code that is right, so that nobody who copies it gets the answer of a typing mistake. */
const example = 'K7M2Q49'

/** @param asked null: nothing was asked yet */
export function genuinePage (asked: Asked | null, room: PageRoom, path = '/genuine'): Html {
  const { language, say } = room
  return sheet({
    title: `${say('bulletins.genuine.title')} – ${say('site.title')}`,
    path,
    head: asked === null ? html`<meta name="description" content="${say('bulletins.genuine.intro', { code: writeBulletinCode(example) })}">` : html`<meta name="robots" content="noindex">`,
    body: html`<p class="crumb"><a href="${inLanguage('/bulletins', language)}">← ${say('bulletins.page.all')}</a></p>
<h1>${say('bulletins.genuine.title')}</h1>
${asked === null ? '' : answer(asked, room)}
<form class="ask" method="get" action="/genuine">
<p class="intro">${say('bulletins.genuine.intro', { code: writeBulletinCode(example) })}</p>
<input type="hidden" name="lang" value="${language}">
<p><label for="code">${say('bulletins.genuine.code')}</label>
<input id="code" name="code" value="${asked?.typed ?? ''}" maxlength="100" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint"></p>
<p id="code-hint" class="small">${say('bulletins.genuine.hint')}</p>
<p><button class="choice main">${say('bulletins.genuine.check')}</button></p>
</form>
<p class="never">${say('bulletins.page.neverAsk')}</p>`,
  }, room)
}

function answer ({ published }: Asked, { language, say, publicUrl }: PageRoom): Html {
  const url = published === null ? publicUrl : `${publicUrl}/b/${published.code}`
  const [verdict = '', ...lines] = genuineAnswer(say, published, url, language)
  const look = published === null ? 'unknown' : published.training ? 'training' : published.standing
  const read = say('bulletins.genuine.read', { url })
  const link = (code: string, words: string): Html => html`<p><a href="${inLanguage(`/b/${code}`, language)}">${words}</a></p>`
  return html`<section class="verdict verdict-${look}" aria-live="polite"><h2>${verdict}</h2>${lines.filter(line => line !== read).map(line => html`<p>${line}</p>`)}
${published === null ? '' : link(published.code, read)}
${published?.standing === 'corrected' && published.correctedBy !== null ? link(published.correctedBy, say('bulletins.page.better', { code: writeBulletinCode(published.correctedBy) })) : ''}</section>`
}
