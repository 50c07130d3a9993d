// What the page's script does in a browser: makes a code, seals the story, sends it until the server has it, and opens a tip with its code.
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { recipientsFor, type UnitKeys } from '../../src/site/browser/recipients.ts'
import { accessHash, deriveKeys, formatCode, makeCode, parseCode } from '../../src/tips/code.ts'
import { storyPlace, type StoryInside } from '../../src/tips/inside.ts'
import { routeOf } from '../../src/tips/route.ts'
import { seal } from '../../src/tips/sealing.ts'
import type { TipUpload } from '../../src/tips/upload.ts'
import { asked } from './browser.ts'

export interface Page {
  /** Returns the code once the server has the tip: only then the page shows it. */
  sendsTip (story: string): Promise<string>
  /** The id of the tip that this code opens; null: none. */
  opens (code: string): Promise<string | null>
}

/** As the page: at once, then after longer and longer pauses, but here no longer than a second. */
const longestPause = 1000

/**
 * @param from, refused as with `browser`
 * @param over true once it makes no sense to try any longer
 */
export function page (url: string, from: string, refused: (what: string) => void, over: () => boolean): Page {
  const headers = { Origin: url, 'X-Forwarded-For': from, 'Content-Type': 'application/json', Cookie: `chat=${randomBytes(18).toString('base64url')}` }

  async function untilAnswered (path: string, body?: unknown): Promise<unknown> {
    for (let tries = 0; !over(); tries++) {
      const answer = await asked(fetch(`${url}${path}`, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) }))
      const text = await answer?.text().catch(() => null) ?? null
      if (answer?.status === 200 && text !== null) return JSON.parse(text) as unknown
      if (answer !== null && answer.status !== 200) refused(`${path} ${answer.status}`)
      if (answer !== null && answer.status < 500 && answer.status !== 429) throw new Error(`was refused at ${path}: ${answer.status} ${text ?? ''}`)
      await pause(Math.min(longestPause, 100 * 2 ** tries))
    }
    throw new Error(`had no answer at ${path}`)
  }

  return {
    async sendsTip (story) {
      const category = 'other'
      const commune = '30577'
      const { recipients } = await untilAnswered('/chat/keys') as { recipients: UnitKeys }
      const id = randomUUID()
      const code = makeCode(n => randomBytes(n))
      const keys = await deriveKeys(code)
      const inside: StoryInside = {
        v: 1, category, aboutPolice: false, what: story, own: { unsafe: null }, place: { commune, name: 'Xã Ô Lâm', detail: null, point: null },
        when: { choice: 'today', text: null }, contact: null, language: 'vi', files: [],
      }
      await untilAnswered('/chat/tips', {
        id, locator: code.locator, accessHash: accessHash(keys.access), reporterRecipient: keys.recipient, category, commune, aboutPolice: false, language: 'vi', files: [],
        sealed: await seal(JSON.stringify(inside), recipientsFor(recipients, routeOf({ category, commune, aboutPolice: false }).units), storyPlace(id)),
      } satisfies TipUpload)
      return formatCode(code)
    },
    async opens (code) {
      const parsed = parseCode(code)
      if (parsed === null) throw new Error('This is no code.')
      const { locator, access } = await deriveKeys(parsed)
      const opened = await untilAnswered('/chat/follow-up', { locator, access }) as { found: boolean, tipId?: string }
      return opened.found ? opened.tipId ?? null : null
    },
  }
}
