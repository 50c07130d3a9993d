// Files the page may look at, by a number: what people sent, and what the agency opened. In memory only.
import { named, sniff } from '../../src/tips/cleaning/kind.ts'

export interface Pictures {
  /** Where the page finds it; null: nothing a browser shows. Of the same bytes always the same. */
  add (bytes: Uint8Array): Promise<string | null>
  find (id: string): { bytes: Uint8Array<ArrayBuffer>, mime: string } | undefined
}

export function makePictures (): Pictures {
  const kept = new Map<string, { bytes: Uint8Array<ArrayBuffer>, mime: string }>()
  const known = new WeakMap<Uint8Array, Promise<string | null>>()
  async function keep (bytes: Uint8Array): Promise<string | null> {
    const mime = (await sniff(bytes))?.mime
    // A text is shown as a text; nothing else that could hold a page or a script.
    if (mime === undefined || !/^(image\/(jpeg|png|webp|gif)|audio\/|text\/plain)/.test(named(mime)?.mime ?? '')) return null
    const id = String(kept.size + 1)
    kept.set(id, { bytes: new Uint8Array(bytes), mime })
    return `/files/${id}`
  }
  return {
    async add (bytes) {
      const before = known.get(bytes) ?? keep(bytes)
      known.set(bytes, before)
      return await before
    },
    find: id => kept.get(id),
  }
}
