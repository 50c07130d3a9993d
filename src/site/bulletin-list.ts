// The page with all bulletins, and what can be chosen there. Whole without a script. Pure.
import { html } from 'hono/html'
import { beginning } from '../bulletins/feed.ts'
import { endOf, shownWords, type Shown } from '../bulletins/shown.ts'
import { momentOf } from '../bulletins/when.ts'
import type { Html } from '../http/html.ts'
import { allLocalities, localityName } from '../localities/locality.ts'
import { topics, type Topic } from '../subscribers/topics.ts'
import { inLanguage, sheet, type PageRoom } from './bulletin-frame.ts'
import { kindIcon, lookOf } from './kind-look.ts'

/** What a visitor chose. */
export interface Choice {
  topic?: Topic
  commune?: string
  active: boolean
  /** Older than this moment. */
  before?: Date
}

export interface BulletinList {
  choice: Choice
  /** Alarms that hold now; shown above everything. */
  urgent: readonly Shown[]
  shown: readonly Shown[]
  /** There are older ones than these. */
  more: boolean
}

export function bulletinList ({ choice, urgent, shown, more }: BulletinList, room: PageRoom): Html {
  const { language, say } = room
  const path = listPath(choice)
  const last = shown.at(-1)
  const others = shown.filter(one => !urgent.some(({ published }) => published.code === one.published.code))
  const isAll = choice.topic === undefined && choice.commune === undefined && !choice.active
  return sheet({
    title: `${say('bulletins.list.title')} – ${say('site.title')}`,
    path,
    head: head(choice, room),
    body: html`<h1>${say('bulletins.list.title')}</h1>
<p class="intro">${say('bulletins.list.intro')} <a href="${inLanguage('/genuine', language)}">${say('bulletins.page.genuineOpen')}</a></p>
${urgent.length === 0 ? '' : html`<section class="urgent-now" aria-labelledby="urgent-title"><h2 id="urgent-title">${say('bulletins.list.now')}</h2>
<ul class="cards">${urgent.map(one => card(one, room))}</ul></section>`}
${filter(choice, room)}
${others.length > 0 ? html`<ul class="cards">${others.map(one => card(one, room))}</ul>` : urgent.length > 0 ? ''
  : html`<p class="empty">${say(isAll ? 'bulletins.list.empty' : 'bulletins.list.emptyFiltered')}${isAll ? '' : html` <a href="${inLanguage('/bulletins', language)}">${say('bulletins.list.everything')}</a>`}</p>`}
<nav class="pages" aria-label="${say('bulletins.list.title')}">
${choice.before === undefined ? '' : html`<a class="choice plain" href="${inLanguage(listPath({ ...choice, before: undefined }), language)}">${say('bulletins.list.newest')}</a>`}
${more && last !== undefined ? html`<a class="choice plain" rel="next" href="${inLanguage(listPath({ ...choice, before: last.published.publishedAt }), language)}">${say('bulletins.list.older')}</a>` : ''}
</nav>
${feeds(choice, room)}`,
  }, room)
}

/** The address of the list as it was chosen. */
function listPath ({ topic, commune, active, before }: Omit<Choice, 'before'> & { before?: Date | undefined }): string {
  const fields = new URLSearchParams()
  if (topic !== undefined) fields.set('topic', topic)
  if (commune !== undefined) fields.set('commune', commune)
  if (active) fields.set('active', '1')
  if (before !== undefined) fields.set('before', String(before.getTime()))
  return fields.size === 0 ? '/bulletins' : `/bulletins?${fields.toString()}`
}

function head (choice: Choice, { publicUrl, say }: PageRoom): Html[] {
  const feed = feedPath(choice)
  return [
    html`<meta name="description" content="${say('bulletins.list.intro')}">`,
    ...choice.before === undefined ? [] : [html`<meta name="robots" content="noindex">`],
    ...(['atom', 'rss', 'json'] as const).map(format => html`<link rel="alternate" type="application/${format === 'json' ? 'feed+json' : `${format}+xml`}" title="${say('bulletins.list.feedAll')}" href="${publicUrl}${feed}.${format}">`),
  ]
}

/** Without its ending. */
function feedPath ({ topic, commune }: Choice): string {
  return topic !== undefined ? `/feeds/topic/${topic}` : commune !== undefined ? `/feeds/commune/${commune}` : '/feeds/all'
}

function card (shown: Shown, { language, say }: PageRoom): Html {
  const { code, audience, publishedAt, standing } = shown.published
  const look = lookOf(shown.published)
  const found = shownWords(shown, language)
  const lang = found?.borrowed === true ? html` lang="vi"` : ''
  const end = endOf(shown.published)
  const where = audience.localities.length === 0 ? say('chat.subscribe.areaAll') : `${audience.localities.slice(0, 3).map(commune => localityName(commune, language)).join(', ')}${audience.localities.length > 3 ? '…' : ''}`
  return html`<li class="card kind-${look}${standing === 'valid' ? '' : ' past-card'}">
<p class="badge">${kindIcon(look)}<span>${say(`bulletins.kinds.${look}`)}</span>${standing === 'valid' ? '' : html`<span class="chip chip-${standing}">${say(`bulletins.standing.${standing}`)}</span>`}</p>
<h3><a href="${inLanguage(`/b/${code}`, language)}"${lang}>${found?.words.headline ?? say('bulletins.standing.takenDown')}</a></h3>
${found === null || found.words.body === '' ? '' : html`<p class="start"${lang}>${beginning(found.words.body, 150)}</p>`}
<p class="meta"><time datetime="${publishedAt.toISOString()}">${momentOf(say, language, publishedAt)}</time> · ${where}${standing === 'valid' && end !== null ? html` · ${say('bulletins.list.until', { moment: momentOf(say, language, end) })}` : ''}</p>
</li>`
}

function filter ({ topic, commune, active }: Choice, { language, say }: PageRoom): Html {
  const communes = allLocalities.map(({ code }) => ({ code, name: localityName(code, language) })).sort((a, b) => a.name.localeCompare(b.name, language === 'en' ? 'en' : 'vi'))
  return html`<form class="filter" method="get" action="/bulletins" aria-label="${say('bulletins.list.filter')}">
<input type="hidden" name="lang" value="${language}">
<p><label for="topic">${say('bulletins.list.topic')}</label>
<select id="topic" name="topic"><option value="">${say('bulletins.list.allTopics')}</option>${topics.map(one => html`<option value="${one}"${selected(one === topic)}>${say(`chat.subscribe.topic.${one}`)}</option>`)}</select></p>
<p><label for="commune">${say('bulletins.list.commune')}</label>
<select id="commune" name="commune"><option value="">${say('bulletins.list.allCommunes')}</option>${communes.map(({ code, name }) => html`<option value="${code}"${selected(code === commune)}>${name}</option>`)}</select></p>
<p class="tick"><label><input type="checkbox" name="active" value="1"${active ? html` checked` : ''}> ${say('bulletins.list.active')}</label>
<button class="choice main">${say('bulletins.list.show')}</button></p>
</form>`
}

function selected (yes: boolean): Html | '' {
  return yes ? html` selected` : ''
}

function feeds (choice: Choice, { say }: PageRoom): Html {
  const feed = feedPath(choice)
  return html`<p class="feeds small">${say('bulletins.list.subscribe')}: <a href="${feed}.atom">Atom</a> · <a href="${feed}.rss">RSS</a> · <a href="${feed}.json">JSON Feed</a> · <a href="/feeds/cap.atom">CAP</a></p>`
}
