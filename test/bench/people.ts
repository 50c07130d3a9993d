// Residents who send updates to a bot's webhook: as many at once as are told, or at a steady pace whatever the bot does.
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { BotApi } from './bot-api.ts'
import { secret, type Bot } from './bots.ts'

export interface Load {
  updates: number
  /** Milliseconds from the first update to the last answer heard. */
  ms: number
  /** Reports that were taken: their last message was heard. */
  reports: number
  /** Updates the webhook did not take (a 5xx). */
  refused: number
  /** Processor milliseconds of the bot's process. */
  cpu: number
  /** Milliseconds until the webhook said yes, for each update. */
  yes: number[]
  /** Milliseconds until the first answer to it was heard, and until the last. */
  first: number[]
  answered: number[]
}

interface Person {
  id: number
  step: number
  heard: number
  expected: number
  /** Since they last said something; milliseconds of this process, null before. */
  firstAt: number | null
  wake: () => void
}

export interface People {
  /** `many` at once, each going on when answered, for about `ms`. */
  atOnce (many: number, ms: number): Promise<Load>
  /** So many updates a second, from whoever is free. Times count from the moment an update was due to be sent. */
  steady (perSecond: number, ms: number): Promise<Load>
  /** `many` people who only say the first thing. */
  sayHello (many: number, atOnce: number): Promise<Load>
}

const agent = new Agent({ keepAlive: true, maxSockets: 512 })
let lastId = 5_000_000_000
let lastUpdate = Math.floor(Date.now() / 1000)

/** Learns first how many messages answer each step: one person goes through the whole form and waits for silence after each. */
export async function peopleOf (bot: Bot, api: BotApi): Promise<People> {
  const persons = new Map<number, Person>()
  let reports = 0
  const before = api.onMessage
  api.onMessage = (chatId, text) => {
    const person = persons.get(chatId)
    if (person === undefined) return before(chatId, text)
    person.heard++
    person.firstAt ??= performance.now()
    if (bot.taken.test(text)) reports++
    if (person.heard >= person.expected) person.wake()
  }
  const newPerson = (): Person => {
    const person = { id: ++lastId, step: 0, heard: 0, expected: 0, firstAt: null, wake: () => {} }
    persons.set(person.id, person)
    return person
  }
  const unfinished: Person[] = []
  const messages = await learn()
  if (reports !== 1) throw new Error(`${bot.name} did not take the report; the answers of the bench no longer fit its questions.`)

  async function learn (): Promise<number[]> {
    const person = newPerson()
    const counts: number[] = []
    for (const answer of bot.answers) {
      const had = person.heard
      if (await post(bot.webhook, update(person.id, answer)) !== 200) throw new Error(`${bot.name} refuses updates.`)
      for (let quiet = person.heard, since = performance.now(); performance.now() - since < 400 || person.heard === had; await pause(10)) {
        if (person.heard !== quiet) { quiet = person.heard; since = performance.now() }
        if (performance.now() - since > 10_000) throw new Error(`${bot.name} does not answer "${answer}".`)
      }
      counts.push(person.heard - had)
    }
    persons.delete(person.id)
    return counts
  }

  /** Sends the next thing this person says, and waits until all that answers it was heard. */
  async function goOn (person: Person, load: Load, from: number): Promise<void> {
    const text = bot.answers[person.step] ?? ''
    person.expected += messages[person.step] ?? 1
    person.firstAt = null
    const heard = new Promise<void>(resolve => { person.wake = resolve })
    for (;;) {
      const status = await post(bot.webhook, update(person.id, text))
      if (status === 200) break
      load.refused++
      await pause(100)
    }
    load.yes.push(performance.now() - from)
    if (person.heard < person.expected) await Promise.race([heard, late(bot.name)])
    load.answered.push(performance.now() - from)
    load.first.push((person.firstAt ?? performance.now()) - from)
    load.updates++
    person.step++
    if (person.step === bot.answers.length) persons.delete(person.id)
  }

  async function during (work: (load: Load) => Promise<void>): Promise<Load> {
    const load: Load = { updates: 0, ms: 0, reports: 0, refused: 0, cpu: 0, yes: [], first: [], answered: [] }
    const [cpu, began, had] = [(await bot.usage()).cpu, performance.now(), reports]
    await work(load)
    load.ms = performance.now() - began
    load.cpu = ((await bot.usage()).cpu - cpu) / 1000
    load.reports = reports - had
    return load
  }

  return {
    atOnce: async (many, ms) => await during(async load => {
      const end = performance.now() + ms
      await Promise.all(Array.from({ length: many }, async () => {
        while (performance.now() < end) {
          // Whoever has begun goes on in the next round, so that every step is measured as often as it happens.
          const person = unfinished.shift() ?? newPerson()
          while (person.step < bot.answers.length && performance.now() < end) await goOn(person, load, performance.now())
          if (person.step < bot.answers.length) unfinished.push(person)
        }
      }))
    }),
    steady: async (perSecond, ms) => await during(async load => {
      const idle: Person[] = []
      const underWay: Promise<void>[] = []
      const began = performance.now()
      for (let n = 0; n * 1000 / perSecond < ms; n++) {
        const due = began + n * 1000 / perSecond
        if (due > performance.now()) await pause(due - performance.now())
        // A crowd of which nobody answers in the same instant.
        const person = idle.length > 20 ? idle.shift() ?? newPerson() : newPerson()
        underWay.push(goOn(person, load, due).then(() => { if (person.step < bot.answers.length) idle.push(person) }))
      }
      await Promise.all(underWay)
    }),
    sayHello: async (many, atOnce) => await during(async load => {
      let left = many
      await Promise.all(Array.from({ length: atOnce }, async () => {
        while (left-- > 0) {
          const person = newPerson()
          await goOn(person, load, performance.now())
          persons.delete(person.id)
        }
      }))
    }),
  }
}

async function late (name: string): Promise<never> {
  await pause(30_000, undefined, { ref: false })
  throw new Error(`${name} did not answer within 30 s.`)
}

function update (id: number, text: string): string {
  const from = { id, is_bot: false, first_name: 'Lan', language_code: 'vi' }
  const entities = text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: text.length }] : undefined
  return JSON.stringify({ update_id: ++lastUpdate, message: { message_id: lastUpdate, from, chat: { id, first_name: 'Lan', type: 'private' }, date: Math.floor(Date.now() / 1000), text, entities } })
}

function post (url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'X-Telegram-Bot-Api-Secret-Token': secret } }, response => {
      response.resume()
      response.on('end', () => { resolve(response.statusCode ?? 0) })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
