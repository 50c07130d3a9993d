// What can be done with a code: copied, saved as a picture, printed. It is kept nowhere by us.
import type { Say } from '../../i18n.ts'
import { warnBeforeLeaving } from './exit.ts'

/** @returns a sentence to show */
export async function useCode (what: string, card: Element, say: Say): Promise<string> {
  const code = card.querySelector('[data-code]')?.getAttribute('data-code') ?? ''
  if (what === 'print') {
    warnBeforeLeaving(false)
    document.body.classList.add('printing-code')
    print()
    document.body.classList.remove('printing-code')
    return ''
  }
  if (what === 'picture') {
    const { savePicture } = await import('./code-picture.ts')
    await savePicture(code, say)
    warnBeforeLeaving(false)
    return say('site.code.pictureSaved')
  }
  if (!await copied(code)) return say('site.code.copyFailed')
  warnBeforeLeaving(false)
  return say('site.code.copied')
}

async function copied (code: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code)
    return true
  } catch {
    // Over plain http, or not allowed: select it, and the person copies.
    const shown = document.querySelector(`[data-code="${CSS.escape(code)}"]`)
    if (shown !== null) getSelection()?.selectAllChildren(shown)
    return false
  }
}
