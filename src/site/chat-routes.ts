// The web chat's page and everything its script asks for. (The form without a script and the events belong to the channel.)
import type { Hono } from 'hono'
import { html } from 'hono/html'
import { deleteCookie, setCookie } from 'hono/cookie'
import type { Message } from '../channels/message.ts'
import { forgetLines, lastLines } from '../channels/web-chat/lines.ts'
import { closeSession, sessionOf } from '../channels/web-chat/session.ts'
import { days } from '../clock.ts'
import { hereFor } from '../conversation/converse.ts'
import type { ConversationRoom } from '../conversation/room.ts'
import { addressKeyOf } from '../conversation/say.ts'
import { inTransaction } from '../db/transaction.ts'
import { unsubscribe } from '../subscribers/subscribe.ts'
import { page } from '../http/html.ts'
import { slowDown } from '../http/pace.ts'
import { sameOrigin } from '../http/same-origin.ts'
import { languages, type Language } from '../i18n.ts'
import { chatUrls } from './chat-assets.ts'
import { dataRoutes } from './chat-data.ts'
import type { ChatDoor } from './chat-door.ts'
import { chatPage } from './chat-page.ts'
import { tipRoutes } from './chat-tips.ts'
import { languageOf } from './language.ts'
import { exitAddress, neutralPage } from './quick-exit.ts'

/** More lines than anybody scrolls through; a day of an eager writer. */
const linesShown = 200

export function chatRoutes (app: Hono, door: ChatDoor): void {
  const { orm, keys, conversation, clock, publicUrl } = door
  const urls = chatUrls(door.assets)
  const ours = sameOrigin(publicUrl)

  app.get('/', slowDown({ perMinute: 240, burst: 240, overall: 24_000 }, clock), async c => {
    const language = languageOf(c)
    if (languages.some(l => l === c.req.query('lang'))) {
      setCookie(c, 'lang', language, { path: '/', sameSite: 'Lax', secure: publicUrl.startsWith('https:'), maxAge: days(180) / 1000 })
    }
    const address = sessionOf(c)
    return c.html(chatPage({
      language,
      say: conversation.say(language),
      lines: address === null ? [] : await lastLines(orm, keys, addressKeyOf(keys, address), clock(), linesShown),
      greeting: firstWords(conversation, language),
      once: Buffer.from(door.tips.random(16)).toString('base64url'),
      urls,
      fileBytes: conversation.channel('web-chat').shows.fileBytes,
    }), 200, { Vary: 'Cookie, Accept-Language' })
  })

  app.post(exitAddress, ours, slowDown({ perMinute: 240, burst: 240, overall: 12_000 }, clock), async c => {
    const address = sessionOf(c)
    // Whoever holds this browser next has no way to these lines; nobody has.
    if (address !== null) await inTransaction(orm, async em => {
      await forgetLines(em, addressKeyOf(keys, address))
      // Nor can this chat be opened again to read what would be sent to it; and nothing may pop up in this browser.
      await unsubscribe(em, keys, address)
    })
    closeSession(c, publicUrl)
    deleteCookie(c, 'lang', { path: '/' })
    c.header('Clear-Site-Data', '"cache", "cookies", "storage"')
    if (c.req.header('accept')?.includes('text/html') !== true) return c.body(null, 204)
    // Not a redirect: a form of ours may lead to our own pages only.
    c.header('Refresh', `0; url=${neutralPage}`)
    return c.html(page({ title: '…', lang: 'vi', body: html`<main><h1><a href="${neutralPage}">${new URL(neutralPage).host}</a></h1></main>`, scripts: [], styles: [] }))
  })

  tipRoutes(app, door, ours)
  dataRoutes(app, door, ours)
}

/** What somebody reads who was never here. Nothing is kept of it. */
export function firstWords (conversation: Pick<ConversationRoom, 'channel' | 'say' | 'clock' | 'webUrl' | 'places' | 'script'>, language: Language): Message[] {
  const here = hereFor(conversation, 'web-chat', language)
  return [...conversation.script.welcome(here), conversation.script.menu(here, { resume: false })]
}
