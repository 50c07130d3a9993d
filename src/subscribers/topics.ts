// What a subscriber can be told about. Pure.

/** What a subscriber can choose. `warnings` may be urgent; the others wait for daytime. */
export const topics = ['scams', 'traffic', 'drugs', 'children', 'law', 'warnings'] as const
export type Topic = typeof topics[number]
