// A resident on Zalo Bot: there are no buttons there, so pressing is typing the number of a choice, or the word a message tells to type.
import { commandIn } from '../../../src/conversation/commands.ts'
import { fold } from '../../../src/localities/fold.ts'
import type { Resident } from '../../people.ts'
import type { ZaloBotStub } from '../../stubs/zalo-bot.ts'
import type { Person } from '../../stubs/zalo-bot/person.ts'

/** @param id as the bot knows them, e.g. `6ede9afa66b88fe6d6a9` */
export function onZaloBot (stub: ZaloBotStub, id: string): Resident & { person: Person } {
  const person = stub.person(id)
  return {
    person,
    async writes (text) { person.writes(text) },
    async presses (label) { person.writes(await typedFor(person, label)) },
    /** A finger does not slip here; but the platform may bring one message twice. */
    async pressesTwice (label) { person.writesAndIsRepeated(await typedFor(person, label), 2) },
    async sendsPhoto (bytes, caption) { person.sendsPhoto(bytes, caption) },
    async sendsVoice (bytes) { person.sendsVoice(bytes) },
    async hears (pattern, withinMs = 25_000) { return (await person.hears(pattern, withinMs)).text },
    heard: () => person.heard.map(({ text }) => text),
    buttons: () => person.heard.at(-1)?.choices.map(({ label }) => label) ?? [],
    async leaves () { person.blocks() },
  }
}

/** Waits until it can be typed. @throws with what could be */
async function typedFor (person: Person, label: string | RegExp): Promise<string> {
  for (const end = Date.now() + 25_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 15))) {
    const typed = person.numberOf(label) ?? wordFor(person, label)
    if (typed !== undefined) return typed
  }
  throw new Error(`Nothing to type for ${String(label)}, only: ${person.heard.flatMap(({ choices }) => choices.map((choice) => choice.label)).slice(-25).join(' | ')}`)
}

/** The word in quotes that a message, the newest first, tells to type for this; a word means the same at any time: “bỏ qua” for "Bỏ qua câu này". */
function wordFor (person: Person, label: string | RegExp): string | undefined {
  const words = person.heard.toReversed().flatMap(({ text }) => [...text.matchAll(/“([^”]+)”/g)].map(([, word = '']) => word)).filter((word) => commandIn(word) !== null)
  return words.find((word) => typeof label === 'string' ? fold(label).startsWith(fold(word)) : label.test(word))
}
