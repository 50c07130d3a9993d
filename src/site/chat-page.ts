// The page at `/`: the web chat, whole without a script, and what the script takes hold of. Pure.
import { html } from 'hono/html'
import type { Message } from '../channels/message.ts'
import { page, type Html } from '../http/html.ts'
import { languages, type Language, type Say } from '../i18n.ts'
import { drawLines } from './draw-line.ts'
import { greetingOf } from './greeting.ts'
import { icon } from './icons.ts'
import type { OpenLine } from '../channels/web-chat/open-line.ts'
import { exitAddress } from './quick-exit.ts'

export interface ChatPage {
  language: Language
  say: Say
  /** What was said so far, as the server keeps it. */
  lines: readonly OpenLine[]
  /** First words to somebody new, shown when there are no lines; kept nowhere. */
  greeting: readonly Message[]
  /** Sent along with the form, so that the same form sent twice is known. */
  once?: string
  urls: ChatUrls
  /** Largest file, in bytes. */
  fileBytes: number
}

/** Addresses of assets; see chat-assets.ts. */
export interface ChatUrls {
  script: string
  style: string
  texts: Record<Language, string>
}

export const emergencyNumbers = ['113', '114', '115', '111'] as const
/** Types offered by the file dialog; what a file really is, its bytes tell. */
export const acceptedFiles = 'image/*,video/*,audio/*,application/pdf,text/plain,.docx,.xlsx,.pptx,.odt,.heic,.heif'
const languageNames: Record<Language, [short: string, name: string]> = { vi: ['VI', 'Tiếng Việt'], en: ['EN', 'English'], km: ['ខ្មែរ', 'ភាសាខ្មែរ'] }

/**
 * `data-text`, `data-label` and `data-hint` name the text of an element, so that the script can say it in another language.
 * The form posts to `/chat` with `text`, `press` (a choice's id) and `files`.
 */
export function chatPage ({ language, say, lines, greeting, once, urls, fileBytes }: ChatPage): Html {
  const shown = lines.length > 0 ? lines : greetingOf(greeting).map((message, i): OpenLine => ({ id: -1 - i, from: 'us', message }))
  return page({
    title: say('site.title'),
    lang: language,
    styles: [urls.style],
    scripts: [urls.script],
    body: html`<a class="skip" href="#text" data-text="site.skip">${say('site.skip')}</a>
<div class="frame">
${header(language, say)}
${about(say)}
<main id="main" data-language="${language}" data-last="${lines.at(-1)?.id ?? 0}" data-texts-vi="${urls.texts.vi}" data-texts-en="${urls.texts.en}" data-texts-km="${urls.texts.km}">
<p class="note without-script" data-text="site.noScript.note">${say('site.noScript.note')}</p>
<div id="log" class="log" role="log" aria-live="polite" tabindex="0" aria-label="${say('site.log')}" data-label="site.log">
${drawLines(shown, say)}
</div>
<p id="loading" class="loading" data-text="site.loading">${say('site.loading')}</p>
<p id="broken" class="note" role="alert" hidden><span data-text="site.broken.start">${say('site.broken.start')}</span> <a href="/" data-text="site.broken.reload">${say('site.broken.reload')}</a></p>
<div id="status" class="status" role="status"></div>
<div id="panel" class="panel" hidden></div>
${composer(say, fileBytes, once)}
</main>
<footer class="footer"><nav class="elsewhere"><a href="/bulletins" data-text="site.bulletins">${say('site.bulletins')}</a> · <a href="/genuine" data-text="site.genuine">${say('site.genuine')}</a></nav><span data-text="site.footer">${say('site.footer')}</span></footer>
</div>`,
  })
}

function header (language: Language, say: Say): Html {
  return html`<header class="top">
<div class="brand">${icon('sign')}<h1 data-text="site.title">${say('site.title')}</h1><p class="tagline" data-text="site.tagline">${say('site.tagline')}</p></div>
<form class="exit-form" method="post" action="${exitAddress}"><button class="exit" id="exit" title="${say('site.exitHint')}" data-hint="site.exitHint">${icon('leave')}<span data-text="site.exit">${say('site.exit')}</span></button></form>
<nav class="calls" aria-label="${say('site.emergency')}" data-label="site.emergency">${icon('call')}<span class="calls-word" data-text="site.danger">${say('site.danger')}</span>
${emergencyNumbers.map(number => html`<a href="tel:${number}"><b>${number}</b> <span class="who" data-text="site.who.${number}">${say(`site.who.${number}`)}</span></a>`)}
</nav>
<nav class="languages" aria-label="${say('site.languages')}" data-label="site.languages">
${languages.map(other => html`<a href="/?lang=${other}" lang="${other}" hreflang="${other}" data-language="${other}" aria-label="${languageNames[other].join(' – ')}"${other === language ? html` aria-current="true"` : ''}>${languageNames[other][0]}</a>`)}
</nav>
</header>`
}

function about (say: Say): Html {
  return html`<aside class="about" aria-labelledby="about-title">
<h2 id="about-title" data-text="site.about.title">${say('site.about.title')}</h2>
<ul>
<li class="needs-script">${icon('lock')}<span data-text="site.about.sealed">${say('site.about.sealed')}</span></li>
<li>${icon('key')}<span data-text="site.about.code">${say('site.about.code')}</span></li>
<li class="needs-script">${icon('leave')}<span data-text="site.about.shared">${say('site.about.shared')}</span></li>
</ul>
</aside>`
}

function composer (say: Say, fileBytes: number, once: string | undefined): Html {
  const size = Math.floor(fileBytes / 1_048_576)
  return html`<form id="chat" class="composer" method="post" action="/chat" enctype="multipart/form-data" aria-label="${say('site.composer')}" data-label="site.composer">
${once === undefined ? '' : html`<input type="hidden" name="once" value="${once}">`}<div class="without-script"><label for="files">${say('site.file.label', { size })}</label>
<input id="files" type="file" name="files" multiple accept="${acceptedFiles}"></div>
<div id="location" class="location" hidden><button type="button" class="choice plain" data-do="location">${icon('place')}<span data-text="site.location.send">${say('site.location.send')}</span></button>
<p class="small" data-text="site.location.why">${say('site.location.why')}</p></div>
<div class="row">
<button type="button" class="tool needs-script" data-do="attach" aria-label="${say('site.attach')}" title="${say('site.attach')}" data-label="site.attach" data-hint="site.attach">${icon('clip')}</button>
<label class="unseen" for="text" data-text="site.write">${say('site.write')}</label>
<textarea id="text" name="text" rows="1" maxlength="20000" autocomplete="off" placeholder="${say('site.write')}" data-placeholder="site.write"></textarea>
<button type="button" class="tool needs-script" data-do="record" aria-label="${say('site.record.start')}" title="${say('site.record.start')}" data-label="site.record.start" data-hint="site.record.start">${icon('voice')}</button>
<button class="send" aria-label="${say('site.send')}" title="${say('site.send')}" data-label="site.send" data-hint="site.send">${icon('send')}</button>
</div>
<p class="without-script"><a href="/" data-text="site.noScript.refresh">${say('site.noScript.refresh')}</a></p>
</form>`
}
