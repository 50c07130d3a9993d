// Quick exit: wipes what this device knows and shows something ordinary, at once.
import { exitAddress, exitKey, neutralPage } from '../quick-exit.ts'
import { forgetDatabase } from './files.ts'

/** Works before anything else of the page does. */
export function wireExit (): void {
  const pressed: number[] = []
  document.querySelector('#exit')?.addEventListener('click', event => {
    event.preventDefault()
    leave()
  })
  document.addEventListener('keydown', event => {
    if (event.key !== exitKey.key || event.repeat) return
    pressed.push(event.timeStamp)
    const first = pressed.at(-exitKey.times)
    if (first !== undefined && event.timeStamp - first < exitKey.withinMs) leave()
  })
}

let warning: ((event: BeforeUnloadEvent) => void) | null = null

/** Asks before the page is closed with something on it that is nowhere else: the code. */
export function warnBeforeLeaving (yes: boolean): void {
  if (warning !== null) removeEventListener('beforeunload', warning)
  warning = yes ? event => { event.preventDefault() } : null
  if (warning !== null) addEventListener('beforeunload', warning)
}

function leave (): void {
  warnBeforeLeaving(false)
  // First of all nothing may be seen.
  document.title = ''
  document.body.replaceChildren()
  try {
    localStorage.clear()
    sessionStorage.clear()
  } catch {
    // Storage is off: there is nothing in it.
  }
  forgetDatabase()
  forgetNotifications().catch(() => {})
  navigator.sendBeacon(exitAddress)
  location.replace(neutralPage)
}

/** None may stand on the screen, and none may come any more. As much of it as there is time for; the server's answer does the rest. */
async function forgetNotifications (): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    for (const notification of await registration.getNotifications()) notification.close()
    await registration.unregister()
  }
}
