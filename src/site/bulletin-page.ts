// The page of one bulletin: what happens, what to do, who says so, and whether it still stands. Whole without a script. Pure.
import { html } from 'hono/html'
import { writeBulletinCode } from '../bulletins/code.ts'
import type { Content } from '../bulletins/content.ts'
import { pictureType } from '../bulletins/picture-type.ts'
import { endOf, shownWords, type Shown } from '../bulletins/shown.ts'
import { calendarDay, momentOf } from '../bulletins/when.ts'
import type { Html } from '../http/html.ts'
import { localityName } from '../localities/locality.ts'
import { inLanguage, sheet, type PageRoom } from './bulletin-frame.ts'
import { bulletinHead } from './bulletin-head.ts'
import { emergencyNumbers } from './chat-page.ts'
import { kindIcon, lookOf } from './kind-look.ts'
import { qrCode } from './qr.ts'

/** @param hasCap it is told to warning systems too */
export function bulletinPage (shown: Shown, room: PageRoom & { hasCap: boolean, printed: boolean }): Html {
  const { language, say, printed } = room
  const { published: { code, training, content } } = shown
  const found = shownWords(shown, language)
  const look = lookOf(shown.published)
  const headline = found?.words.headline ?? say('bulletins.standing.takenDown')
  const path = `/b/${code}${printed ? '/print' : ''}`
  return sheet({
    title: `${training ? `${say('bulletins.training.band')}: ` : ''}${headline} – ${say('site.title')}`,
    path,
    printed,
    head: bulletinHead(shown, room),
    body: html`<p class="crumb">${printed ? html`<a href="${inLanguage(`/b/${code}`, language)}">← ${say('bulletins.page.backFromPrint')}</a>` : html`<a href="${inLanguage('/bulletins', language)}">← ${say('bulletins.page.all')}</a>`}
${printed ? html`<button type="button" class="choice main" data-do="print" hidden>${say('bulletins.page.print')}</button>` : ''}</p>
${training ? html`<div class="training" role="note"><b>${say('bulletins.training.band')}</b> <span>${say('bulletins.training.what')}</span></div>` : ''}
<article class="bulletin kind-${look}${shown.part === 'everything' ? '' : ' gone'}">
<header class="bulletin-head">
<p class="badge">${kindIcon(look)}<span>${say(`bulletins.kinds.${look}`)}</span></p>
<h1${inVietnamese(found?.borrowed)}>${headline}</h1>
<p class="by"><span lang="vi">${content.source}</span><span class="dot"> · </span><time datetime="${shown.published.publishedAt.toISOString()}">${momentOf(say, language, shown.published.publishedAt)}</time></p>
</header>
${standing(shown, room)}
${related(shown, room)}
${found?.borrowed === true ? html`<p class="note borrowed">${say('bulletins.page.borrowed')}</p>` : ''}
${words(shown, room)}
${facts(shown, room)}
</article>
<div class="beside">
${calls(content, room)}
${genuine(shown, room)}
${share(shown, room)}
</div>`,
  }, room)
}

function standing (shown: Shown, { say, language }: PageRoom): Html | '' {
  const { standing, correctedBy, content, training } = shown.published
  const end = endOf(shown.published)
  const said = shown.part === 'nothing' ? say('bulletins.standing.takenDownWhat')
    : standing === 'valid' ? end === null ? say('bulletins.page.noEnd') : say('bulletins.page.validUntil', { moment: momentOf(say, language, end) })
      : standing === 'over' ? end === null ? say('bulletins.standing.overSince') : say('bulletins.standing.overWhat', { moment: momentOf(say, language, end) })
        : say(standing === 'corrected' ? 'bulletins.standing.correctedWhat' : 'bulletins.standing.withdrawnWhat')
  // A lesson without an end needs no band that says so; and of an exercise nothing is valid.
  if (standing === 'valid' && (training || (end === null && content.kind === 'lesson'))) return ''
  return html`<p class="standing standing-${standing}">${said}${correctedBy === null ? '' : html` <a href="${inLanguage(`/b/${correctedBy}`, language)}">${say('bulletins.page.better', { code: writeBulletinCode(correctedBy) })}</a>`}</p>`
}

function related ({ published: { about } }: Shown, { say, language }: PageRoom): Html | '' {
  if (about === null || about.codes.length === 0) return ''
  return html`<p class="related">${say(`bulletins.page.about.${about.relation}`)} ${about.codes.map((code, i) => html`${i === 0 ? '' : ', '}<a href="${inLanguage(`/b/${code}`, language)}">${writeBulletinCode(code)}</a>`)}</p>`
}

function words (shown: Shown, room: PageRoom): Html | '' {
  const { say, language } = room
  const found = shownWords(shown, language)
  if (found === null || shown.part === 'headline') return ''
  const { content, standing } = shown.published
  const lang = inVietnamese(found.borrowed)
  const told = html`${picture(shown)}
<section><h2>${say(`bulletins.page.happens.${content.kind}`)}</h2><p class="words"${lang}>${found.words.body}</p></section>
${found.words.toDo.trim() === '' ? '' : html`<section class="to-do"><h2>${say('bulletins.page.toDo')}</h2><p class="words"${lang}>${found.words.toDo}</p></section>`}`
  return standing === 'corrected' ? html`<details class="old"><summary>${say('bulletins.page.oldWords')}</summary>${told}</details>` : told
}

function picture ({ picture, published: { code, version } }: Shown): Html | '' {
  if (picture === null || pictureType(picture.file) === null) return ''
  return html`<figure><img src="/b/${code}/picture?version=${version}" width="${picture.width}" height="${picture.height}" alt="${picture.alt}" lang="vi"></figure>`
}

function facts (shown: Shown, { say, language }: PageRoom): Html | '' {
  if (shown.part === 'nothing') return ''
  const { content, audience, changedAt, version } = shown.published
  const { law, notice } = content
  const whole = shown.part === 'everything'
  const rows: [label: string, value: Html | string][] = [
    ...(whole && content.hazard.trim() !== '' ? [[say('bulletins.page.hazard'), html`<span lang="vi">${content.hazard}</span>`] as [string, Html]] : []),
    ...(whole && content.place.trim() !== '' ? [[say('bulletins.page.place'), html`<span lang="vi">${content.place}</span>`] as [string, Html]] : []),
    [say('bulletins.page.area'), audience.localities.length === 0 ? say('chat.subscribe.areaAll') : audience.localities.map(code => localityName(code, language)).join(', ')],
    [say('bulletins.page.source'), html`<span lang="vi">${content.source}</span>`],
    ...(version === 1 ? [] : [[say('bulletins.page.changed'), momentOf(say, language, changedAt)] as [string, string]]),
    ...(whole && law !== null ? [[say('bulletins.page.law'), html`<span lang="vi">${law.name}</span> <span class="soft">${say('bulletins.page.verified', { day: calendarDay(language, law.verifiedOn) })}</span>`] as [string, Html]] : []),
    ...(whole && notice !== null ? [[say('bulletins.page.decision'), say('bulletins.page.decisionOf', { number: notice.number, issuedBy: notice.issuedBy, day: calendarDay(language, notice.issuedOn), expires: calendarDay(language, notice.expiresOn) })] as [string, string]] : []),
    ...(audience.topics.length === 0 ? [] : [[say('bulletins.page.topics'), audience.topics.map(topic => say(`chat.subscribe.topic.${topic}`)).join(' · ')] as [string, string]]),
  ]
  return html`<section class="facts"><h2>${say('bulletins.page.facts')}</h2><dl>${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></section>`
}

function calls ({ kind }: Content, { say }: PageRoom): Html {
  return html`<section class="box calls-box${kind === 'alarm' || kind === 'warning' ? ' urgent' : ''}" aria-labelledby="calls-title"><h2 id="calls-title">${say('bulletins.page.call')}</h2>
<ul>${emergencyNumbers.map(number => html`<li><a href="tel:${number}"><b>${number}</b> <span>${say(`site.who.${number}`)}</span></a></li>`)}</ul></section>`
}

function genuine ({ published: { code } }: Shown, { say, language }: PageRoom): Html {
  return html`<section class="box genuine-box" aria-labelledby="genuine-title"><h2 id="genuine-title">${say('bulletins.page.genuine')}</h2>
<p class="small">${say('bulletins.page.code')}</p><p class="bulletin-code" translate="no">${writeBulletinCode(code)}</p>
<p class="how">${say('bulletins.page.genuineHow')}</p>
<p class="never">${say('bulletins.page.neverAsk')}</p>
<p class="actions"><a class="choice plain" href="${inLanguage('/genuine', language)}">${say('bulletins.page.genuineOpen')}</a></p></section>`
}

function share (shown: Shown, { say, language, publicUrl, hasCap }: PageRoom & { hasCap: boolean }): Html {
  const { code } = shown.published
  const url = `${publicUrl}/b/${code}`
  return html`<section class="box share" aria-labelledby="share-title"><h2 id="share-title">${say('bulletins.page.share')}</h2>
<div class="share-row">${qrCode(url, say('bulletins.page.qr'))}
<div><p class="small">${say('bulletins.page.qr')}</p><p class="url" translate="no"><a href="${url}">${url.replace(/^https?:\/\//, '')}</a></p></div></div>
<p class="actions"><button type="button" class="choice plain" data-do="copy" data-copy="${url}" data-done="${say('bulletins.page.copied')}" data-failed="${say('bulletins.page.copyFailed')}" hidden>${say('bulletins.page.copy')}</button>
<button type="button" class="choice plain" data-do="print" hidden>${say('bulletins.page.print')}</button>
<a class="choice plain" href="${inLanguage(`/b/${code}/print`, language)}">${say('bulletins.page.printSheet')}</a></p>
<p class="said small" role="status"></p>
<p class="small machine"><a href="/b/${code}.json">${say('bulletins.page.data')}</a>${hasCap ? html` <a href="/b/${code}/cap.xml">${say('bulletins.page.cap')}</a>` : ''}</p></section>`
}

/** What was written in Vietnamese is read out in Vietnamese. */
function inVietnamese (borrowed: boolean | undefined): Html | '' {
  return borrowed === true ? html` lang="vi"` : ''
}
