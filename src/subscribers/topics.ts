// What a subscriber can be told about. Pure.

/** What a subscriber can choose. `warnings` may be urgent; the others wait for daytime. */
export const topics = ['scams', 'traffic', 'drugs', 'children', 'law', 'warnings', 'fire-water', 'meetings'] as const
export type Topic = typeof topics[number]

/** When information comes: at once, or in a letter each day or week. */
export const frequencies = ['at-once', 'daily', 'weekly'] as const
export type Frequency = typeof frequencies[number]

/** Bit n for the n-th topic: the order of `topics` must never change. */
export function topicBits (chosen: readonly Topic[]): number {
  return chosen.reduce((bits, topic) => bits | 1 << topics.indexOf(topic), 0)
}
