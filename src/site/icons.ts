// The few signs of the web chat, drawn by us: lines of 2 on a field of 24. Pure.
import { html, raw } from 'hono/html'
import type { Html } from '../http/html.ts'

const drawings = {
  // A speech bubble with a tick: news that arrived.
  sign: '<path d="M4 5h16v11h-8l-5 4v-4H4z"/><path d="m8.5 10.5 2.5 2.5 4.5-5"/>',
  leave: '<path d="M10 4H5v16h5"/><path d="M10 12h10"/><path d="m16 8 4 4-4 4"/>',
  lock: '<rect x="5" y="10" width="14" height="10" rx="2"/><path d="M8 10V7a4 4 0 0 1 8 0v3"/>',
  key: '<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8"/><path d="m16 7 3 3"/>',
  clip: '<path d="m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.500 8.500a2 2 0 0 1-3-3L14 7"/>',
  voice: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0"/><path d="M12 18v3"/>',
  send: '<path d="M4 12 20 4l-5 16-3.500-6.500z"/><path d="M11.500 13.500 20 4"/>',
  call: '<path d="M5 4h4l2 5-2.500 1.500a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z"/>',
  place: '<path d="M12 21s7-6.500 7-11.500a7 7 0 0 0-14 0C5 14.500 12 21 12 21z"/><circle cx="12" cy="9.500" r="2.500"/>',
} as const

/** Says nothing by itself: the element around it has the words. */
export function icon (name: keyof typeof drawings): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${raw(drawings[name])}</svg>`
}
