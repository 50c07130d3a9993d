// Somebody who is in no hurry: waits for answers as long as it takes, acts only under what they read last, and knows since when they wait.
import { setTimeout as pause } from 'node:timers/promises'
import type { Reporter } from '../process/report.ts'
import type { Phone } from './phone.ts'

export interface Patience {
  /** True once it makes no sense to wait any longer. */
  over: () => boolean
  /** Told of each answer: since when it was waited for. */
  answered: (since: number) => void
}

export interface PatientResident extends Reporter {
  phone: Phone
  /** Milliseconds since 1970; null: nothing is waited for. */
  waitingSince (): number | null
}

export function patient (phone: Phone, { over, answered }: Patience): PatientResident {
  /** The message they understood last; what came before it is not looked at again. */
  let at = -1
  let since: number | null = null

  async function until<T> (look: () => T | undefined, what: string): Promise<T> {
    for (;; await pause(20)) {
      const found = look()
      if (found !== undefined) return found
      since ??= Date.now()
      if (over()) throw new Error(`waits for ${what} in vain, having read last: ${phone.shown().slice(Math.max(0, at)).map(({ text }) => text.slice(0, 120)).join(' ‖ ')}`)
    }
  }
  function heard (): void {
    if (since !== null) answered(since)
    since = null
  }
  async function does (act: () => Promise<void>): Promise<void> {
    since = Date.now()
    await act()
  }

  return {
    phone,
    waitingSince: () => since,
    async writes (text) { await does(async () => { await phone.writes(text) }) },
    async sendsPhoto (bytes) { await does(async () => { await phone.sendsPhoto(bytes) }) },
    async presses (label) {
      const press = await until(() => phone.shown().slice(Math.max(0, at)).reverse().map(shown => shown.offer(label)).find(offer => offer !== null), `“${String(label)}”`)
      heard()
      await does(press)
    },
    async hears (pattern) {
      const index = await until(() => {
        const found = phone.shown().findIndex(({ text }, index) => index > at && pattern.test(text))
        return found < 0 ? undefined : found
      }, String(pattern))
      at = index
      heard()
      return phone.shown()[index]?.text ?? ''
    },
  }
}
