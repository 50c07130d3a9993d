// Shows how far an act is, and lets the person stop it.
import type { Say } from '../../i18n.ts'
import { paragraph, type Panel } from './panel.ts'
import type { Progress } from './seal-files.ts'

export interface Work {
  /** For the act that begins now. */
  progress (): Progress
  begin (act: string): void
  end (): void
}

/** Acts that may take long enough to be stopped. */
const long = new Set(['receiveTip', 'addToTip'])
/** A quick answer needs no word. */
const worthAWord = 400

export function makeWork (panel: Panel, say: () => Say): Work {
  let stop = new AbortController()
  let shown = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const words = paragraph('', 'working')
  // What changes many times a second is for eyes; ears get the panel's first words, and the lines that follow.
  const bar = document.createElement('progress')
  bar.max = 1

  function tell (text: string, part: number | null): void {
    words.textContent = text
    bar.setAttribute('aria-label', text)
    if (part === null) bar.removeAttribute('value')
    else bar.value = part
  }

  return {
    progress: () => ({ say: say(), tell, signal: stop.signal }),
    begin (act) {
      stop = new AbortController()
      const isLong = long.has(act)
      tell(say()(isLong ? 'site.sending.start' : 'site.working'), null)
      timer = setTimeout(() => {
        shown = true
        panel.show([words, bar], isLong ? [{ label: say()('site.sending.cancel'), press: () => { stop.abort() } }] : [])
      }, isLong ? 0 : worthAWord)
    },
    end () {
      clearTimeout(timer)
      if (shown) panel.hide()
      shown = false
    },
  }
}
