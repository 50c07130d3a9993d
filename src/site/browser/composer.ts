// Where people write: Enter sends, Shift and Enter makes a new line; files, voice and position have their buttons.
import { part, type Page } from './page.ts'

export interface ComposerDoes {
  text (text: string): void
  files (files: File[]): void
  record (): void
  location (): void
}

export interface Composer {
  /** While something is sent or recorded nothing else can be said. */
  block (yes: boolean): void
  /** What could not be taken stands in the field again, before anything written since. */
  giveBack (text: string): void
  readonly isBlocked: boolean
}

export function wireComposer (page: Page, does: ComposerDoes): Composer {
  const { form, text, files, location } = page
  const send = part('.send', HTMLButtonElement, form)
  const attach = part('[data-do=attach]', HTMLButtonElement, form)
  const record = part('[data-do=record]', HTMLButtonElement, form)
  const here = part('[data-do=location]', HTMLButtonElement, location)
  let blocked = false

  function say (): void {
    const words = text.value.trim()
    if (blocked || words === '') return
    text.value = ''
    fit(text)
    does.text(words)
  }

  form.addEventListener('submit', event => {
    event.preventDefault()
    say()
  })
  text.addEventListener('keydown', event => {
    // While a keyboard still composes a letter (Telex, Khmer), Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    say()
  })
  text.addEventListener('input', () => { fit(text) })
  text.addEventListener('paste', event => {
    const pasted = [...event.clipboardData?.files ?? []]
    if (pasted.length === 0 || blocked) return
    event.preventDefault()
    does.files(pasted)
  })
  attach.addEventListener('click', () => { files.click() })
  files.addEventListener('change', () => {
    const chosen = [...files.files ?? []]
    // So that the same file can be chosen again.
    files.value = ''
    if (chosen.length > 0 && !blocked) does.files(chosen)
  })
  record.addEventListener('click', () => { does.record() })
  here.addEventListener('click', () => { does.location() })

  return {
    get isBlocked () { return blocked },
    giveBack (words) {
      text.value = `${words}\n${text.value}`.trim()
      fit(text)
    },
    block (yes) {
      blocked = yes
      // Not the text area: what is being written must stay, and its focus.
      for (const button of [send, attach, record, here]) button.disabled = yes
      form.classList.toggle('blocked', yes)
    },
  }
}

/** As high as its text, to a limit that the style sheet sets; newer browsers do it by themselves. */
function fit (text: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  text.rows = Math.min(6, Math.max(1, text.value.split('\n').length, Math.ceil(text.value.length / 34)))
}
