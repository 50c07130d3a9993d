// The page's script: listens to what changed and shows it; on a small screen one part at a time.
import type { FaultsShown, PhoneShown, TipShown } from '../shown.ts'
import { showTips } from './agency-view.ts'
import { trouble } from './ask.ts'
import { byId } from './elements.ts'
import { showFaults } from './faults-view.ts'
import { phoneView } from './phone-view.ts'

const tabs = [...document.querySelectorAll<HTMLButtonElement>('[data-show]')]
const phones = (['zalo-oa', 'zalo-bot', 'telegram'] as const).map(name => ({ name, view: phoneView(byId(name), name, () => { news(name) }) }))
let known = 0
let isOpen = false

function show (part: string): void {
  document.body.dataset['shown'] = part
  if (part === 'agency' || part === 'faults') document.body.dataset['side'] = part
  mark()
}

/** Which part is looked at: on a wide screen the phones always are, and one of the two desks beside them. */
function mark (): void {
  const { shown, side } = document.body.dataset
  for (const tab of tabs) {
    const isShown = tab.dataset['show'] === (isWide.matches ? side : shown)
    tab.setAttribute('aria-pressed', String(isShown))
    if (isShown) delete tab.dataset['news']
  }
}

/** What was there when the page opened is no news. */
function news (part: string): void {
  if (!isOpen) return
  const tab = tabs.find(({ dataset }) => dataset['show'] === part)
  if (tab?.getAttribute('aria-pressed') === 'false') tab.dataset['news'] = 'yes'
}

const isWide = matchMedia('(min-width: 1000px)')
isWide.addEventListener('change', mark)
for (const tab of tabs) tab.addEventListener('click', () => { show(tab.dataset['show'] ?? '') })
mark()

const events = new EventSource('/events')
function on<Content> (part: string, shown: (content: Content) => void): void {
  events.addEventListener(part, (event: MessageEvent<string>) => { shown(JSON.parse(event.data) as Content) })
}
on<PhoneShown[]>('phones', all => { for (const { name, view } of phones) for (const phone of all) if (phone.name === name) view.show(phone) })
on<TipShown[]>('tips', tips => {
  showTips(byId('tips'), tips)
  if (tips.length > known) news('agency')
  known = tips.length
})
on<FaultsShown[]>('faults', groups => {
  showFaults(byId('groups'), groups)
  isOpen = true
})
events.onopen = () => { trouble(null) }
events.onerror = () => { trouble('The program does not answer. Perhaps it was stopped; this page waits for it.') }
