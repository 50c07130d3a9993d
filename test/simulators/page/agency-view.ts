// What the agency got: each tip opened, and a small form to say something about it.
import type { TipShown } from '../shown.ts'
import { ask } from './ask.ts'
import { el, keepInLine } from './elements.ts'

const ways = { message: 'Answer', 'request-information': 'Ask for more', status: 'Set the status' } as const
type Way = keyof typeof ways

export function showTips (place: HTMLElement, tips: readonly TipShown[]): void {
  if (tips.length === 0) {
    place.replaceChildren(el('p', { className: 'none', data: { key: 'none' } }, 'Nothing yet. Tell a story to the end on one of the phones, and it arrives here.'))
    return
  }
  keepInLine(place, tips, ({ id }) => id, tip => {
    // What is being typed survives that something new came about the same tip.
    const before = [...place.children].find(child => (child as HTMLElement).dataset['key'] === tip.id)
    return drawTip(tip, { typed: before?.querySelector('textarea')?.value ?? '', way: (before?.querySelector('select')?.value ?? 'message') as Way })
  })
}

function drawTip (tip: TipShown, kept: { typed: string, way: Way }): HTMLElement {
  const facts: [string, string][] = [...tip.story.map(({ label, text }): [string, string] => [label, text]), ...tip.added.map((text): [string, string] => ['Added', text])]
  return el('article', { className: 'tip' },
    el('header', {}, el('h3', {}, `${tip.category} `, el('code', {}, tip.id.slice(0, 4))), el('span', { className: 'status' }, tip.status)),
    el('p', { className: 'hint' }, `from ${tip.source} · ${tip.unit} · ${tip.receivedOn}`),
    facts.length === 0 ? el('p', {}, 'Sealed to keys this agency does not hold.') : el('dl', {}, ...facts.flatMap(([label, text]) => [el('dt', {}, label), el('dd', {}, text)])),
    tip.files.length === 0 ? null : el('div', { className: 'files' }, ...tip.files.map(drawFile)),
    tip.said.length === 0 ? null : el('ul', { className: 'said' }, ...tip.said.map(({ text, outcome }) => el('li', { data: { outcome: outcome === 'taken' ? 'taken' : 'refused' } }, el('span', {}, text), el('small', {}, outcome)))),
    sayForm(tip, kept))
}

function drawFile ({ name, kind, which, bytes, url }: TipShown['files'][number]): HTMLElement {
  const words = `${name} · ${which}, ${Math.ceil(bytes / 1024)} kB`
  const picture = url !== null && kind === 'photo' ? el('img', { src: url, alt: '' }) : null
  return url === null ? el('span', {}, words) : el('a', { href: url, target: '_blank' }, picture, el('span', {}, words))
}

function sayForm (tip: TipShown, { typed, way }: { typed: string, way: Way }): HTMLElement {
  const text = el('textarea', { rows: 2, value: typed, placeholder: 'What the reporter reads', aria: { label: 'What the reporter reads' } })
  const status = el('select', { aria: { label: 'Status' } }, ...tip.next.map(next => el('option', { value: next }, next.replaceAll('_', ' '))))
  const kind = el('select', { aria: { label: 'What to do' }, onchange: () => { choose() } }, ...Object.entries(ways).map(([value, label]) => el('option', { value }, label)))
  const send = el('button', {}, 'Send')
  const choose = (): void => {
    const isStatus = kind.value === 'status'
    text.hidden = isStatus
    status.hidden = !isStatus
    send.disabled = isStatus && tip.next.length === 0
  }
  kind.value = way
  choose()
  return el('form', { className: 'say', onsubmit: (event: SubmitEvent) => {
    event.preventDefault()
    const said = kind.value === 'status' ? status.value : text.value
    if (said.trim() === '') return
    text.value = ''
    void ask({ ask: 'agency', tip: tip.id, say: kind.value as Way, text: said })
  } }, kind, text, status, send)
}
