// One phone: who holds it, the chat as its app shows it, and what they can do.
import type { Act, ButtonShown, FileShown, LineShown, OfferShown, PersonShown, PhoneName, PhoneShown } from '../shown.ts'
import { ask, sendFile } from './ask.ts'
import { el, keepInLine } from './elements.ts'

const titles: Record<PhoneName, { name: string, about: string, hello: string }> = {
  'zalo-oa': { name: 'Công an · Tin Báo', about: 'Zalo Official Account', hello: 'Follow, open the chat, or write “xin chào”.' },
  'zalo-bot': { name: 'Bot Tin Báo', about: 'Zalo Bot, no buttons', hello: 'Write “xin chào”. Choices are numbers to type.' },
  telegram: { name: 'Tin Báo', about: 'Telegram bot', hello: 'Start the bot, or write “xin chào”.' },
}
const newcomer = 'somebody new'

export interface PhoneView {
  show (phone: PhoneShown): void
}

/** @param heard told when something came for the person on the screen */
export function phoneView (place: HTMLElement, name: PhoneName, heard: () => void): PhoneView {
  const { name: called, about, hello } = titles[name]
  let people: PersonShown[] = []
  let holder = ''
  let wantsNewcomer = false

  const who = el('select', { aria: { label: `Who holds the phone with ${about}` }, onchange: () => {
    if (who.value === newcomer) {
      wantsNewcomer = true
      void ask({ ask: 'new person', phone: name })
    } else {
      holder = who.value
      draw()
    }
  } })
  const chat = el('div', { className: 'chat', tabIndex: 0, role: 'log', aria: { label: `Chat in ${about}` } })
  const empty = el('div', { className: 'empty' })
  const sheet = el('div', { className: 'sheet', hidden: true })
  const more = el('button', { type: 'button', className: 'more', title: 'More to do', aria: { label: 'More to do', expanded: 'false' }, onclick: () => { open(sheet.hidden !== false) } }, '+')
  const text = el('input', { type: 'text', placeholder: 'Message', autocomplete: 'off', aria: { label: `Message in ${about}` } })
  const key = el('button', { type: 'button', className: 'location-key', hidden: true, onclick: () => { does({ do: 'locate' }) } })
  const composer = el('form', { className: 'composer', onsubmit: (event: SubmitEvent) => {
    event.preventDefault()
    if (text.value.trim() === '') return
    does({ do: 'write', text: text.value })
    text.value = ''
  } }, more, text, el('button', { className: 'send', title: 'Send', aria: { label: 'Send' } }, '➤'))
  const picker = el('input', { type: 'file', hidden: true, onchange: () => { chosen() } })
  place.append(
    el('div', { className: 'bar' }, el('span', { className: 'face', aria: { hidden: 'true' } }, 'TB'), el('div', { className: 'names' }, el('strong', {}, called), el('small', {}, about)), who),
    el('div', { className: 'screen' }, chat, empty), key, sheet, composer, picker,
  )

  // The newest line stays in sight, also when the screen gets smaller or a picture comes, unless somebody scrolled up to read.
  let atEnd = true
  let lastTop = 0
  chat.addEventListener('scroll', () => {
    if (chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80) atEnd = true
    else if (chat.scrollTop < lastTop) atEnd = false
    lastTop = chat.scrollTop
  })
  const stayAtEnd = (): void => { if (atEnd) chat.scrollTop = chat.scrollHeight }
  new ResizeObserver(stayAtEnd).observe(chat)
  chat.addEventListener('load', stayAtEnd, true)

  function open (yes: boolean): void {
    sheet.hidden = !yes
    more.setAttribute('aria-expanded', String(yes))
  }

  function does (act: Act): void {
    open(false)
    void ask({ ask: 'act', phone: name, person: holder, act })
  }

  /** What is written already goes along, as in the apps. */
  function captioned (act: Act): Act {
    const caption = text.value.trim()
    if (act.do !== 'send' || act.what !== 'photo' || caption === '') return act
    text.value = ''
    return { ...act, caption }
  }

  function chosen (): void {
    const [file] = picker.files ?? []
    picker.value = ''
    if (file === undefined) return
    const what = file.type.startsWith('image/') ? 'photo' : file.type.startsWith('audio/') ? 'voice' : 'document'
    open(false)
    void sendFile({ phone: name, person: holder, what, name: file.name, caption: what === 'photo' ? text.value.trim() : '' }, file)
    if (what === 'photo') text.value = ''
  }

  function draw (): void {
    const person = people.find(({ id }) => id === holder) ?? people[0]
    if (person === undefined) return
    holder = person.id
    keepInLine(who, [...people.map(({ id, name: called }) => ({ id, called })), { id: newcomer, called: '+ somebody new' }], ({ id }) => id, ({ id, called }) => el('option', { value: id }, called))
    who.value = holder
    if (chat.dataset['holder'] !== holder) {
      chat.replaceChildren()
      atEnd = true
    }
    chat.dataset['holder'] = holder

    const added = keepInLine(chat, person.lines, ({ id }) => id, line => drawLine(line, button => { does({ do: 'press', line: line.id, button }) }))
    const isOwn = person.lines.at(-1)?.from !== 'them'
    if (added && isOwn) atEnd = true
    stayAtEnd()
    if (added && !isOwn) heard()

    empty.hidden = person.lines.length > 0
    empty.replaceChildren(el('p', {}, hello), ...person.offers.filter(({ first }) => first === true).map(offerButton))
    drawSheet(person.offers)
    key.hidden = person.locationKey === null
    key.textContent = person.locationKey
    text.disabled = person.silent !== null
    text.placeholder = person.silent ?? 'Message'
  }

  function drawSheet (offers: readonly OfferShown[]): void {
    const kinds = ['send', 'command', 'account'] as const
    keepInLine(sheet, kinds.map(kind => offers.filter(one => one.kind === kind)).filter(group => group.length > 0), ([first]) => first?.kind ?? '', group =>
      el('div', { className: 'offers' }, ...group.map(offerButton), group[0]?.kind === 'send' ? el('button', { type: 'button', onclick: () => { picker.click() } }, 'Own file…') : null))
  }

  function offerButton (offer: OfferShown): HTMLElement {
    return el('button', { type: 'button', onclick: () => { does(captioned(offer.act)) } }, offer.label)
  }

  return {
    show (phone) {
      const before = people.length
      people = phone.people
      if (wantsNewcomer && people.length > before) {
        wantsNewcomer = false
        holder = people.at(-1)?.id ?? holder
      }
      draw()
    },
  }
}

function drawLine ({ from, text, copy, file, buttons, at }: LineShown, press: (button: number) => void): HTMLElement {
  if (from === 'note') return el('p', { className: 'note' }, text)
  let number = 0
  return el('div', { className: `line ${from}` },
    el('div', { className: 'bubble' },
      file === undefined ? null : drawFile(file),
      text === '' ? null : el('p', { className: 'text' }, ...withCopy(text, copy)),
      el('time', {}, new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }))),
    buttons === undefined ? null : el('div', { className: 'buttons' }, ...buttons.map(row => el('div', { className: 'row' }, ...row.map(button => drawButton(button, number++, press))))))
}

function drawButton ({ label, href, tone }: ButtonShown, number: number, press: (button: number) => void): HTMLElement {
  const data: Record<string, string> = tone === undefined ? {} : { tone }
  // Only where a browser goes on a press; anything else is shown as a word.
  if (href !== undefined && /^(https?|tel|sms):/.test(href)) return el('a', { href, target: '_blank', rel: 'noreferrer', data }, label)
  return el('button', { type: 'button', data, onclick: () => { press(number) } }, label)
}

function withCopy (text: string, copy: string | undefined): (Node | string)[] {
  const at = copy === undefined ? -1 : text.indexOf(copy)
  if (copy === undefined || at < 0) return [text]
  const code = el('button', { type: 'button', className: 'copy', title: 'Copy', onclick: () => { void navigator.clipboard.writeText(copy) } }, copy)
  return [text.slice(0, at), code, text.slice(at + copy.length)]
}

function drawFile ({ kind, name, url }: FileShown): HTMLElement {
  if (kind === 'photo' && url !== null) return el('img', { src: url, alt: name })
  if (kind === 'voice' && url !== null) return el('audio', { src: url, controls: true, preload: 'metadata', title: name })
  return el('p', { className: 'file' }, `📄 ${name}`)
}
