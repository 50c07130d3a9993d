// A resident on the Zalo Official Account, with the words that every channel's residents share.
import type { Resident } from '../../people.ts'
import type { Person } from '../../stubs/zalo-oa/person.ts'
import type { ZaloOaStub } from '../../stubs/zalo-oa.ts'

/** @param world the running program's pretended Zalo; `number` makes the person: the same one is the same person */
export function onZaloOa (world: { zaloOa: ZaloOaStub }, number: number): Resident & { person: Person } {
  const person = world.zaloOa.person(`2468${String(number).padStart(15, '0')}`)
  /** Presses the button, or types what stands for it where Zalo has no room for one. */
  const press = (label: string | RegExp): void => {
    try {
      person.presses(label)
    } catch {
      person.types(label)
    }
  }
  const offered = (): string[] => person.heard.flatMap(({ text, buttons }) => [...buttons.map(({ title }) => title), ...listed(text)])
  const isOffered = (label: string | RegExp): boolean => offered().some(one => typeof label === 'string' ? one === label : label.test(one))
  async function untilOffered (label: string | RegExp): Promise<void> {
    for (const end = Date.now() + 25_000; !isOffered(label);) {
      if (Date.now() > end) throw new Error(`no choice ${String(label)} among: ${offered().slice(-25).join(' | ')}`)
      await new Promise(resolve => setTimeout(resolve, 15))
    }
  }
  return {
    person,
    async writes (text) { person.writes(text) },
    async presses (label) {
      await untilOffered(label)
      press(label)
    },
    async pressesTwice (label) {
      await untilOffered(label)
      press(label)
      press(label)
    },
    async sendsPhoto (bytes, caption) { person.sendsPhoto(bytes, caption) },
    async sendsVoice (bytes) { person.sendsVoice(bytes) },
    async hears (pattern, withinMs = 25_000) { return (await person.hears(pattern, withinMs)).text },
    heard: () => person.heard.map(({ text }) => text),
    buttons: offered,
    async leaves () { person.unfollows() },
  }
}

/** What a text offers to type: numbered lines, and the words after "type:" in its last line. */
function listed (text: string): string[] {
  const last = text.split('\n').at(-1) ?? ''
  return [...[...text.matchAll(/^\d{1,2}\. (.+)$/gm)].map(([, words]) => words ?? ''), ...(last.includes(' · ') || last.includes(': ') ? last.split(/: | · /) : [])]
}
