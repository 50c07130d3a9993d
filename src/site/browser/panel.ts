// The panel above the composer, for what takes a while or needs a decision: one thing at a time.

export interface PanelButton {
  label: string
  tone?: 'main' | 'danger' | 'quiet'
  press: () => void
}

export class Panel {
  private readonly element: HTMLElement
  private shown = 0

  constructor (element: HTMLElement) {
    this.element = element
  }

  /**
   * @param parts what stands above the buttons
   * @returns what hides it again, unless something else is shown by then
   */
  show (parts: readonly (Element | string)[], buttons: readonly PanelButton[]): () => void {
    const mine = ++this.shown
    const row = document.createElement('div')
    row.className = 'choices compact'
    row.append(...buttons.map(({ label, tone, press }) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = `choice ${tone ?? 'plain'}`
      button.textContent = label
      button.addEventListener('click', press)
      return button
    }))
    this.element.replaceChildren(...parts.map(part => typeof part === 'string' ? paragraph(part) : part), ...(buttons.length === 0 ? [] : [row]))
    this.element.hidden = false
    return () => { if (this.shown === mine) this.hide() }
  }

  hide (): void {
    this.shown++
    this.element.hidden = true
    this.element.replaceChildren()
  }

  focus (): void {
    this.element.querySelector('button')?.focus({ preventScroll: true })
  }
}

export function paragraph (text: string, className = ''): HTMLParagraphElement {
  const made = document.createElement('p')
  made.textContent = text
  if (className !== '') made.className = className
  return made
}
