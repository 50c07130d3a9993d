// The running log on the page: lines come at its end, and only the newest questions' choices can be pressed.
import type { Say } from '../../i18n.ts'
import { drawLine, firstActive } from '../draw-line.ts'
import type { OpenLine } from '../../channels/web-chat/open-line.ts'

export class LogView {
  private readonly log: HTMLElement
  private say: Say
  private shown: { line: OpenLine, element: HTMLElement, active: boolean }[] = []
  private readonly extras = new Map<number, Element>()
  private target: HTMLElement | null = null

  constructor (log: HTMLElement, say: Say) {
    this.log = log
    this.say = say
    // The keyboard of a phone, a panel, a button for the position: what is being read stays where it is read.
    new ResizeObserver(() => { this.bringIntoView('instant') }).observe(log)
  }

  speak (say: Say): void {
    this.say = say
  }

  /**
   * @param extra shown within the line: a picture that was sent
   * @param alone the line is no part of what is being talked about
   */
  add (lines: readonly OpenLine[], { extra, alone = false }: { extra?: Element | undefined, alone?: boolean } = {}): void {
    if (extra !== undefined && lines[0] !== undefined) this.extras.set(lines[0].id, extra)
    const first = this.shown.length
    for (const line of lines) {
      const element = this.draw(line, true)
      this.log.append(element)
      this.shown.push({ line, element, active: true })
    }
    this.settle()
    this.target = this.shown[alone ? first : firstActive(this.shown.map(({ line }) => line))]?.element ?? this.shown.at(-1)?.element ?? null
    this.bringIntoView(matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth')
  }

  /** Puts a line in the place of the last one: a question asked again with one more box ticked. */
  replaceLast (line: OpenLine): void {
    const last = this.shown.at(-1)
    if (last === undefined) return this.add([line])
    last.line = line
    this.redraw(last)
  }

  /** The words of a choice that was shown, for the line that says it was pressed. */
  labelOf (choice: string): string | null {
    for (const { line } of this.shown.toReversed()) {
      const found = line.from === 'us' ? line.message.choices?.find(({ id }) => id === choice) : undefined
      if (found !== undefined) return found.label
    }
    return null
  }

  /** Where the keyboard goes on after a press has taken its button away. */
  focusAnswers (value: string | null): void {
    const groups = this.log.querySelectorAll<HTMLElement>('.answers')
    const group = groups[groups.length - 1]
    if (group === undefined) return
    const same = value === null ? null : group.querySelector<HTMLElement>(`[value="${CSS.escape(value)}"]`)
    const target = same ?? group
    if (same === null) group.tabIndex = -1
    target.focus({ preventScroll: true })
  }

  private settle (): void {
    const first = firstActive(this.shown.map(({ line }) => line))
    this.shown.forEach((entry, i) => {
      if (!entry.active || i >= first) return
      entry.active = false
      // A line without choices looks the same; drawing it anew would only make screen readers say it twice.
      if (entry.element.querySelector('.answers') !== null) this.redraw(entry)
    })
  }

  private redraw (entry: { line: OpenLine, element: HTMLElement, active: boolean }): void {
    const element = this.draw(entry.line, entry.active)
    this.log.setAttribute('aria-live', 'off')
    entry.element.replaceWith(element)
    if (this.target === entry.element) this.target = element
    this.log.setAttribute('aria-live', 'polite')
    entry.element = element
  }

  private draw (line: OpenLine, active: boolean): HTMLElement {
    const template = document.createElement('template')
    template.innerHTML = String(drawLine(line, this.say, active))
    const element = template.content.firstElementChild
    if (!(element instanceof HTMLElement)) throw new Error('A line was drawn as nothing.')
    const extra = this.extras.get(line.id)
    if (extra !== undefined) element.append(extra)
    return element
  }

  /** The end of the log, or the beginning of what was said last when that is longer than the window. */
  private bringIntoView (behavior: ScrollBehavior): void {
    if (this.target === null) return
    const end = this.log.scrollHeight - this.log.clientHeight
    const start = this.target.offsetTop - this.log.offsetTop - 16
    this.log.scrollTo({ top: Math.min(end, start), behavior })
  }
}
