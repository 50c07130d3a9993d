// The web chat as a channel: what we say becomes a line that pages read, what people write comes by a form.
import { slowDown } from '../../http/pace.ts'
import { Refusal } from '../../http/refusal.ts'
import { sameOrigin } from '../../http/same-origin.ts'
import { days } from '../../clock.ts'
import type { Channel, Health, Shows } from '../channel.ts'
import { SendError } from '../send-error.ts'
import { textLimits } from '../text-limits.ts'
import { makeGate } from '../gate.ts'
import { makeEars } from './ears.ts'
import { makeEvents } from './events.ts'
import { writeLine } from './lines.ts'
import { makePost } from './post.ts'
import { chatKeyOf, openSession, sessionOf } from './session.ts'
import type { WebChatSettings } from './settings.ts'
import { forgetUpload, largestUpload, readUpload } from './uploads.ts'

/** A page has room for everything; where somebody is can only be asked by a script. */
const shows: Shows = { text: textLimits['web-chat'], buttons: 40, buttonBytes: 200, buttonLabel: 0, askLocation: false, fileBytes: largestUpload }

export function webChatChannel (settings: WebChatSettings): Channel {
  const { orm, keys, clock, log, publicUrl, random, doorkeeper } = settings
  const ears = makeEars(orm, log, settings.lookEvery)
  const events = makeEvents({ orm, keys, clock, log, ears })
  const health: Health = { lastSuccess: null, trouble: null }

  return {
    name: 'web-chat',
    // No account and no platform: the lines are rows of our own.
    gate: makeGate(Infinity),
    shows,
    health,
    routes (app, receive) {
      const ours = sameOrigin(publicUrl)
      const post = makePost(settings, ears.ring, receive)
      app.post('/chat', ours, async c => {
        const answer = await post(c)
        health.lastSuccess = clock()
        return answer
      })
      // An event stream can't bring a puzzle: whose new chat was refused there in a crowd asks for it here.
      app.post('/chat/session', ours, slowDown({ perMinute: 120, burst: 120, overall: 6000 }, clock), async c => {
        if (sessionOf(c) === null) await doorkeeper.letIn(c)
        openSession(c, random, publicUrl)
        return c.body(null, 204)
      })
      app.get('/chat/events', slowDown({ perMinute: 600, burst: 600, overall: 24_000 }, clock), async c => {
        // Opening it makes a chat, which no other site may do in a visitor's name.
        if (!['same-origin', 'none', undefined].includes(c.req.header('sec-fetch-site'))) throw new Refusal('other-site')
        if (sessionOf(c) === null) await doorkeeper.letIn(c)
        return events(c, chatKeyOf(keys, openSession(c, random, publicUrl)))
      })
    },
    async listen () {
      return async () => {}
    },
    async send (to, message, once, { lane } = { lane: 'reply' }) {
      const addressKey = chatKeyOf(keys, to)
      // What nobody here asked for just now waits for the next visit.
      const until = message.until ?? (lane === 'reply' ? undefined : new Date(clock().getTime() + days(30)).toISOString())
      try {
        await writeLine(orm, keys, addressKey, { from: 'us', once, message: until === undefined ? message : { ...message, until } }, clock())
      } catch {
        health.trouble = 'The database does not take what the web chat has to say.'
        throw new SendError('tryAgain', health.trouble)
      }
      health.lastSuccess = clock()
      health.trouble = null
      ears.ring(addressKey)
    },
    async letGo ({ ref }) { await forgetUpload(settings.dataDir, ref) },
    async fetchFile (ref) {
      const bytes = await readUpload(settings, ref.ref)
      return { bytes, ...(ref.name === undefined ? {} : { name: ref.name }), ...(ref.mime === undefined ? {} : { mime: ref.mime }) }
    },
  }
}
