// The web chat as a channel: what we say becomes a line that pages read, what people write comes by a form.
import { slowDown } from '../../http/pace.ts'
import { Refusal } from '../../http/refusal.ts'
import { sameOrigin } from '../../http/same-origin.ts'
import type { Channel, Health, Shows } from '../channel.ts'
import { SendError } from '../send-error.ts'
import { makeEars } from './ears.ts'
import { makeEvents } from './events.ts'
import { writeLine } from './lines.ts'
import { makePost } from './post.ts'
import { chatKeyOf, openSession } from './session.ts'
import type { WebChatSettings } from './settings.ts'
import { forgetUpload, largestUpload, readUpload } from './uploads.ts'

/** A page has room for everything; where somebody is can only be asked by a script. */
const shows: Shows = { text: 20_000, buttons: 40, buttonBytes: 200, buttonLabel: 0, askLocation: false, fileBytes: largestUpload }

export function webChatChannel (settings: WebChatSettings): Channel {
  const { orm, keys, clock, log, publicUrl, random } = settings
  const ears = makeEars(orm, log, settings.lookEvery)
  const events = makeEvents({ orm, keys, clock, log, ears })
  const health: Health = { lastSuccess: null, trouble: null }

  return {
    name: 'web-chat',
    shows,
    health,
    routes (app, receive) {
      const post = makePost(settings, ears.ring, receive)
      // Whole villages share an address of their phone company; one person is slowed down by the conversation.
      app.post('/chat', sameOrigin(publicUrl), slowDown({ perMinute: 240, burst: 240, overall: 12_000 }, clock), async c => {
        const answer = await post(c)
        health.lastSuccess = clock()
        return answer
      })
      app.get('/chat/events', slowDown({ perMinute: 600, burst: 600, overall: 24_000 }, clock), c => {
        // Opening it makes a chat, which no other site may do in a visitor's name.
        if (!['same-origin', 'none', undefined].includes(c.req.header('sec-fetch-site'))) throw new Refusal('other-site')
        return events(c, chatKeyOf(keys, openSession(c, random, publicUrl)))
      })
    },
    async listen () {
      return async () => {}
    },
    async send (to, message, once) {
      const addressKey = chatKeyOf(keys, to)
      try {
        await writeLine(orm, keys, addressKey, { from: 'us', once, message }, clock())
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
