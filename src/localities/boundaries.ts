// The boundaries, loaded at once: for the server. The browser fetches the same file only when somebody shares a position.
import data from './boundaries.json' with { type: 'json' }
import type { Boundaries } from './at-point.ts'

export const boundaries: Boundaries = data
