// A form of the web chat's page: kept as a line, handled like any other update, and answered with the page that shows the replies.
import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import { setTimeout as pause } from 'node:timers/promises'
import { seconds } from '../../clock.ts'
import { slowDown } from '../../http/pace.ts'
import { Refusal } from '../../http/refusal.ts'
import { stopping } from '../../http/server.ts'
import { languageFromHint, type Language } from '../../i18n.ts'
import type { Receive } from '../channel.ts'
import { secondsUntilLater } from '../later.ts'
import type { Address, Content, FileRef } from '../message.ts'
import { kindOf, makeFormReader, type SentForm } from './form.ts'
import { languageHint } from './language-hint.ts'
import { hasLines, lastLines, takeBackLine, writeLine } from './lines.ts'
import { chatKeyOf, openSession, sessionOf } from './session.ts'
import type { WebChatSettings } from './settings.ts'
import { isFull, largestUpload, storeUpload } from './uploads.ts'

/** So long a page without a script waits for what we say. */
const usualPatience = seconds(3)
/** A press is on one of the last lines. */
const linesWithButtons = 50

/** Chats let in of late: these need not be looked for. */
const mostRemembered = 20_000

export function makePost (room: WebChatSettings, ring: (addressKey: string) => void, receive: Receive): (c: Context) => Promise<Response> {
  const { orm, keys, clock, random, doorkeeper } = room
  const readSentForm = makeFormReader()
  // Whole villages share an address of their phone company; one person is slowed down by the conversation.
  const slowly = slowDown({ perMinute: 240, burst: 240, overall: 12_000 }, clock)
  // In the order they last wrote.
  const writing = new Set<string>()

  return async c => {
    let reading: Promise<SentForm> | undefined
    const read = async (): Promise<SentForm> => await (reading ??= readSentForm(c))
    try {
      await letIn(c)
      await slowly(c, async () => {})
      return await answer(c, await read())
    } catch (error) {
      throw await withWritten(error, c, read)
    }
  }

  async function letIn (c: Context): Promise<void> {
    const address = sessionOf(c)
    const addressKey = address === null ? null : chatKeyOf(keys, address)
    if (addressKey !== null && writing.has(addressKey)) return
    await doorkeeper.letFormIn(c, async () => addressKey !== null && await hasLines(orm, addressKey, clock()))
  }

  function remember (addressKey: string): void {
    writing.delete(addressKey)
    writing.add(addressKey)
    const [longestQuiet] = writing
    if (writing.size > mostRemembered && longestQuiet !== undefined) writing.delete(longestQuiet)
  }

  async function answer (c: Context, sent: SentForm): Promise<Response> {
    const address = openSession(c, random, room.publicUrl)
    const addressKey = chatKeyOf(keys, address)
    const language = languageHint(c)
    const once = sent.once ?? Buffer.from(random(16)).toString('base64url')
    // A name of this chat's own: nobody can take another chat's.
    const updateId = keys.tag(`${address.id} ${once}`, 'web-chat update')

    if (sent.tooLarge > 0) {
      const text = room.say(languageFromHint(language) ?? 'vi')('chat.files.tooBig', { size: largestUpload / 1024 / 1024 })
      await writeLine(orm, keys, addressKey, { from: 'us', once: `large:${updateId}`, message: { text } }, clock())
    }
    const chosen = /^lang:(vi|en|km)$/.exec(sent.press ?? '')?.[1]
    if (chosen !== undefined) rememberLanguage(c, chosen, room.publicUrl)

    const content = await contentOf(room, sent)
    if (content !== null) {
      await take(room, receive, { address, addressKey, updateId, content, language, shown: await shownAs(room, addressKey, sent, content, language) })
      await repliesStand(c, room, address)
      remember(addressKey)
    }
    ring(addressKey)
    return c.redirect('/#last', 303)
  }
}

/** Who is asked to come again must not have to write again: what they wrote goes along with the refusal, for the page that tells them. */
async function withWritten (error: unknown, c: Context, read: () => Promise<SentForm>): Promise<unknown> {
  if (!(error instanceof Refusal) || error.retryAfter === null || c.req.header('accept')?.includes('text/html') !== true) return error
  try {
    const { text, press, once, files, tooLarge } = await read()
    return new Refusal(error.code, error.message, error.retryAfter, { ...error.along, written: { text, press, once, hadFiles: files.length + tooLarge > 0 } })
  } catch {
    // It can't be read: what was thrown first is what they should know.
    return error
  }
}

interface Update { address: Address, addressKey: string, updateId: string, content: Content, language: string | undefined, shown: string | null }

/** Files of a form sent twice, or not taken in, are left to die within the day: which of two equal forms was handled is not known here. */
async function take ({ orm, keys, clock }: WebChatSettings, receive: Receive, { address, addressKey, updateId, content, language, shown }: Update): Promise<void> {
  const isNew = shown === null || await writeLine(orm, keys, addressKey, { from: 'them', once: updateId, text: shown }, clock())
  try {
    await receive({ address, updateId, at: clock(), ...(language === undefined ? {} : { language }), content })
  } catch (error) {
    // Not taken in: it must not look as if it were.
    if (isNew) await takeBackLine(orm, addressKey, updateId)
    const wait = secondsUntilLater(error)
    throw wait === null ? error : new Refusal('busy', undefined, wait)
  }
}

async function contentOf (room: WebChatSettings, { press, text, files }: SentForm): Promise<Content | null> {
  // Chosen files go before a button pressed with them: the button can be pressed again, the files would have to be looked for again.
  if (press !== null && files.length === 0) return { kind: 'press', data: press }
  if (files.length === 0) return text === null ? null : { kind: 'text', text }
  if (await isFull(room.dataDir)) throw new Refusal('too-fast', 'Too many files wait to be sealed. Send yours again in a little while; text can be sent now.', 60)
  const refs: FileRef[] = []
  for (const { name, mime, bytes } of files) {
    refs.push({ ref: await storeUpload(room, bytes), kind: kindOf(mime), name, size: bytes.length, ...(mime === '' ? {} : { mime }) })
  }
  return { kind: 'files', files: refs, ...(text === null ? {} : { caption: text }) }
}

/** What stands in the chat for it: for a press the words on the button; null when nobody knows them. */
async function shownAs ({ orm, keys, clock, firstWords }: WebChatSettings, addressKey: string, { press, text }: SentForm, content: Content, hint: string | undefined): Promise<string | null> {
  if (content.kind === 'files') return [...content.files.map(file => `📎 ${file.name ?? ''}`.trim()), ...(text === null ? [] : [text])].join('\n')
  if (content.kind !== 'press') return text
  const language: Language = languageFromHint(hint) ?? 'vi'
  const lines = await lastLines(orm, keys, addressKey, clock(), linesWithButtons)
  const said = [...firstWords(language), ...lines.flatMap(line => line.from === 'us' ? [line.message] : [])]
  return said.reverse().flatMap(message => message.choices ?? []).find(choice => choice.id === press)?.label ?? null
}

/** Waits until nothing is left to say to this chat, for a while; what comes later stands there at the next look. */
async function repliesStand (c: Context, { stillToSay, patience = usualPatience }: WebChatSettings, address: Address): Promise<void> {
  const until = performance.now() + patience
  while (performance.now() < until && !stopping(c).aborted && await stillToSay(address)) await pause(50)
}

/** The page around the chat follows the language chosen in it. */
function rememberLanguage (c: Context, language: string, publicUrl: string): void {
  setCookie(c, 'lang', language, { path: '/', sameSite: 'Lax', secure: publicUrl.startsWith('https:'), maxAge: 180 * 86_400 })
}
