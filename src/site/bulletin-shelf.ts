// Where the public pages take bulletins from. Only what was published; whoever keeps them decides that.
import type { Chronicle, Edition } from '../bulletins/edition.ts'
import type { Published } from '../bulletins/published.ts'
import type { Topic } from '../subscribers/topics.ts'

export interface BulletinShelf {
  /** By the seven characters of its code; exercises too. */
  byCode (code: string): Promise<Published | null>
  /**
   * The newest first, never exercises. `commune`: those for it and those for the whole province. `active`: those that stand and are
   * not over. `before`: published earlier than that moment.
   */
  latest (what: { topic?: Topic, commune?: string, active?: boolean, most: number, before?: Date }): Promise<Published[]>
  /** Every version as it was published, oldest first; what stands in there never changes. */
  editions (code: string): Promise<Edition[]>
  /** The bytes of a picture by its file name; null when there is none. */
  picture (file: string): Promise<Uint8Array | null>
}

/** More bulletins than one ever corrects. */
const mostAbout = 20

/** A bulletin with its versions, and with those it is about, oldest first. */
export async function chroniclesOf (shelf: BulletinShelf, published: Published): Promise<{ chronicle: Chronicle, about: Chronicle[] }> {
  const earlier = await Promise.all((published.about?.codes ?? []).slice(-mostAbout).map(async code => await shelf.byCode(code)))
  const chronicle = async (one: Published): Promise<Chronicle> => ({ published: one, editions: await shelf.editions(one.code) })
  return {
    chronicle: await chronicle(published),
    // An exercise is about exercises, and nothing else is.
    about: await Promise.all(earlier.filter(one => one !== null).filter(one => one.training === published.training).map(chronicle)),
  }
}
