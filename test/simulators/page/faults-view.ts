// The switches for bad days, one group for each platform, with its last requests.
import type { FaultShown, FaultsShown, GroupName } from '../shown.ts'
import { ask } from './ask.ts'
import { el, keepInLine } from './elements.ts'

const titles: Record<GroupName, string> = { 'zalo-oa': 'Zalo Official Account', 'zalo-bot': 'Zalo Bot', telegram: 'Telegram', agency: 'Agency' }

export function showFaults (place: HTMLElement, groups: readonly FaultsShown[]): void {
  for (const group of groups) {
    const whole = place.querySelector<HTMLElement>(`[data-group="${group.name}"]`) ?? frame(place, group.name)
    const [state, faults, requests] = ['.state', '.list', '.requests'].map(part => whole.querySelector<HTMLElement>(part))
    if (state == null || faults == null || requests == null) continue
    const words = [...group.armed === 0 ? [] : [`${group.armed} to come`], ...group.state]
    state.textContent = words.join(' · ')
    keepInLine(faults, group.faults, ({ id }) => id, fault => drawFault(group.name, fault))
    keepInLine(requests, group.requests.map((request, at) => ({ ...request, at })), ({ at }) => String(at), ({ what, outcome }) =>
      el('li', { data: { outcome: /^(0|ok|signed)$/.test(outcome) ? 'good' : 'bad' } }, el('code', {}, what), el('span', {}, outcome)))
  }
}

function frame (place: HTMLElement, name: GroupName): HTMLElement {
  const whole = el('details', { data: { group: name }, open: name === 'zalo-oa' },
    el('summary', {}, el('h3', {}, titles[name]), el('span', { className: 'state' })),
    el('ul', { className: 'list' }),
    el('details', { className: 'journal' }, el('summary', {}, 'Its last requests'), el('ol', { className: 'requests' })))
  place.append(whole)
  return whole
}

function drawFault (group: GroupName, { id, label, about, kind, on }: FaultShown): HTMLElement {
  const turn = (to: boolean): void => { void ask({ ask: 'fault', group, id, on: to }) }
  const button = kind === 'switch'
    ? el('button', { type: 'button', className: 'switch', role: 'switch', aria: { checked: String(on) }, onclick: () => { turn(!on) } }, label)
    : el('button', { type: 'button', className: kind, onclick: () => { turn(true) } }, label)
  return el('li', {}, button, el('p', {}, about))
}
