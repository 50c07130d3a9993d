// How each kind of bulletin looks: its sign, and its colour for pictures (pages have theirs in bulletins.css, which match). Pure.
import { html, raw } from 'hono/html'
import type { Kind } from '../bulletins/content.ts'
import type { Published } from '../bulletins/published.ts'
import type { Html } from '../http/html.ts'

/** An all-clear has the kind of the alarm it ends, and must not look like one. */
export type Look = Kind | 'correction' | 'all-clear' | 'withdrawal'

export function lookOf ({ content, about }: Published): Look {
  return about?.relation ?? content.kind
}

/** Lines of 2 on a field of 24, as all our signs. */
export const kindDrawings: Record<Look, string> = {
  'correction': '<path d="M4 20h4L19 9l-4-4L4 16z"/><path d="m13 7 4 4"/>',
  'all-clear': '<circle cx="12" cy="12" r="9"/><path d="m8 12.500 3 3 5-6"/>',
  'withdrawal': '<circle cx="12" cy="12" r="9"/><path d="m8.500 8.500 7 7"/><path d="m15.500 8.500-7 7"/>',
  lesson: '<path d="M12 6c-2-1.500-5-2-8-2v14c3 0 6 .5 8 2 2-1.500 5-2 8-2V4c-3 0-6 .5-8 2z"/><path d="M12 6v14"/>',
  warning: '<path d="M12 4 2.500 20h19z"/><path d="M12 10v4.500"/><path d="M12 17.300v.2"/>',
  alarm: '<path d="M6 17v-5a6 6 0 0 1 12 0v5"/><path d="M4 20h16v-3H4z"/><path d="M12 2v1"/><path d="m4 5 1 1"/><path d="m20 5-1 1"/><path d="M12 10v3"/>',
  wanted: '<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5.500 5.500"/><circle cx="10.500" cy="9" r="1.800"/><path d="M7.500 14a3.200 3.200 0 0 1 6 0"/>',
  meeting: '<circle cx="8" cy="8" r="3"/><path d="M2 20a6 6 0 0 1 12 0"/><circle cx="17" cy="9" r="2.500"/><path d="M16 14.200a5 5 0 0 1 6 5.800"/>',
}

/** White letters stand on them. */
export const kindColours: Record<Look, string> = {
  'correction': '#0a5a68', 'all-clear': '#2c6431', 'withdrawal': '#46595f',
  lesson: '#0a5a68', warning: '#8a4b00', alarm: '#b3231c', wanted: '#3f4a8c', meeting: '#2c6431',
}
export const trainingColour = '#6a2c91'
export const overColour = '#46595f'

/** Says nothing by itself: the words stand beside it. */
export function kindIcon (kind: Look): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${raw(kindDrawings[kind])}</svg>`
}
