// One line of a web chat as HTML; the server puts it into the page, the script into the running log. Pure.
import { html } from 'hono/html'
import type { Choice, Message } from '../channels/message.ts'
import type { Html } from '../http/html.ts'
import type { Say } from '../i18n.ts'
import type { OpenLine } from '../channels/web-chat/open-line.ts'

/** @param active its choices may still be pressed */
export function drawLine (line: OpenLine, say: Say, active: boolean): Html {
  if (line.from === 'them') {
    return html`<div class="line them" data-line="${line.id}"><p class="bubble"><span class="unseen">${say('site.you')} </span>${line.text}</p></div>`
  }
  const { message } = line
  const text = message.copy === undefined ? message.text : message.text.replace(message.copy, '').trim()
  return html`<div class="line us" data-line="${line.id}">
<p class="bubble"><span class="unseen">${say('site.us')} </span>${text}</p>
${message.picture === undefined ? '' : drawPicture(message.picture)}
${message.copy === undefined ? '' : drawCode(message.copy, say)}
${drawChoices(message, say, active)}</div>`
}

/** From this line on choices are live: all that was said since the person last spoke. */
export function firstActive (lines: readonly OpenLine[]): number {
  return lines.findLastIndex(line => line.from === 'them') + 1
}

/** With the anchor `#last` before what was said last. */
export function drawLines (lines: readonly OpenLine[], say: Say): Html[] {
  const first = firstActive(lines)
  return lines.map((line, i) => html`${i === first ? html`<span id="last"></span>` : ''}${drawLine(line, say, i >= first)}`)
}

/** Only our own: a page of ours never asks another server for anything. */
function drawPicture ({ url, alt }: { url: string, alt: string }): Html | '' {
  const path = /^https?:\/\/[^/]+(\/b\/[0-9A-Z]+\/picture)$/.exec(url)?.[1]
  return path === undefined ? '' : html`<img class="shown" src="${path}" alt="${alt}" loading="lazy">`
}

function drawCode (code: string, say: Say): Html {
  const groups = code.split('-')
  return html`<section class="code-card" aria-label="${say('site.code.title')}">
<h2>${say('site.code.title')}</h2>
<p class="code" translate="no" data-code="${code}">${groups.map((group, i) => html`<span>${group}${i < groups.length - 1 ? html`<i>-</i>` : ''}</span>`)}</p>
<p class="small">${say('site.code.keep')}</p>
<p class="code-actions needs-script"><button type="button" data-do="copy">${say('site.code.copy')}</button>
<button type="button" data-do="picture">${say('site.code.picture')}</button>
<button type="button" data-do="print">${say('site.code.print')}</button></p>
</section>`
}

function drawChoices (message: Message, say: Say, active: boolean): Html | '' {
  const choices = message.choices ?? []
  const links = choices.filter(choice => choice.url !== undefined)
  const answers = choices.filter(choice => choice.url === undefined && choice.tone !== 'quiet')
  const quiet = choices.filter(choice => choice.url === undefined && choice.tone === 'quiet')
  // Numbers to call are of use however old they are.
  const calls = links.length === 0 ? '' : html`<div class="choices compact">${links.map(drawLink)}</div>`
  if (answers.length + quiet.length === 0) return calls
  if (!active) return html`${calls}${drawPast(answers, say)}`
  return html`${calls}<div class="answers" role="group" aria-label="${say('site.choices')}">
${answers.length === 0 ? '' : html`<div class="choices${message.compact === true ? ' compact' : ''}">${answers.map(drawAnswer)}</div>`}
${quiet.length === 0 ? '' : html`<div class="choices compact quiet-row">${quiet.map(drawAnswer)}</div>`}
</div>`
}

function drawAnswer (choice: Choice): Html {
  return html`<button class="choice ${choice.tone ?? 'plain'}" form="chat" name="press" value="${choice.id}">${choice.label}</button>`
}

function drawLink (choice: Choice): Html {
  const url = choice.url ?? ''
  // Only what we mean to offer: a message that came from elsewhere must not carry a script in a link.
  if (!/^(?:https?:|tel:)/.test(url)) return html``
  return html`<a class="choice ${choice.tone ?? 'plain'}" href="${url}" rel="noreferrer">${choice.label}</a>`
}

function drawPast (choices: readonly Choice[], say: Say): Html | '' {
  // One way on was no choice.
  if (choices.length < 2) return ''
  const labels = choices.map(choice => choice.label).join(' · ')
  if (choices.length <= 4) return html`<p class="past">${say('site.asked')} ${labels}</p>`
  return html`<details class="past"><summary>${say('site.asked')}</summary><p>${labels}</p></details>`
}
