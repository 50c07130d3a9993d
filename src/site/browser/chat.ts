// The web chat's script: takes over the page that works without it, and runs the conversation on this device.
import type { Language, Say, TextKey } from '../../i18n.ts'
import type { OpenLine } from '../../channels/web-chat/open-line.ts'
import { makeActs } from './acts.ts'
import { attach } from './attach.ts'
import { useCode } from './code-card.ts'
import { wireComposer } from './composer.ts'
import { Conversation } from './conversation.ts'
import { listenForLines } from './events.ts'
import { wireExit } from './exit.ts'
import { forgetOldFiles } from './files.ts'
import { isLanguage, rememberLanguage, speak } from './languages.ts'
import { LogView } from './log-view.ts'
import { findPage, languageOfPage, sayPage, textsAddress, type Page } from './page.ts'
import { Panel } from './panel.ts'
import { findPosition } from './position.ts'
import { newId } from './random.ts'
import { record } from './record.ts'
import { makeTabs } from './tabs.ts'
import { makeWork } from './work.ts'

/** Bytes; as the channel's on the server. */
const fileBytes = 20 * 1024 * 1024

async function start (page: Page): Promise<void> {
  let language = languageOfPage(page)
  let say: Say = await speak(language, textsAddress(page, language))
  const panel = new Panel(page.panel)
  const work = makeWork(panel, () => say)
  const view = new LogView(page.log, say)
  const conversation = new Conversation({
    view,
    language,
    say,
    fileBytes,
    now: () => new Date(),
    changeLanguage,
    working (act) {
      if (act === null) work.end()
      else work.begin(act)
      // The panel is for eyes: its words change many times a second. Ears are told once.
      page.status.classList.toggle('unseen', act !== null)
      page.status.textContent = act === null ? '' : say('site.working')
      composer.block(act !== null)
    },
    wants (what) { page.location.hidden = what !== 'location' },
    acts: () => makeActs({
      language: () => language,
      progress: () => work.progress(),
      gone: names => { for (const name of names) conversation.note('site.file.lost', { name }) },
      subscribed: yes => { notifyHere(yes).catch(() => {}) },
    }),
  })
  // An offer beside the conversation; whoever goes on talking has heard it.
  let endOffer = (): void => {}
  const pushRoom = { panel, language: () => language, say: () => say, note: (key: TextKey) => { conversation.note(key) } }
  const attachRoom = { conversation, say: () => say, fileBytes }
  const composer = wireComposer(page, {
    text: text => { endOffer(); void conversation.text(text).then(taken => { if (!taken) composer.giveBack(text) }) },
    files: files => { void attach(files, attachRoom) },
    record () {
      composer.block(true)
      void record(panel, say, file => { void attach([file], attachRoom, true) }, () => { composer.block(false) })
    },
    location () {
      void locate()
    },
  })

  async function changeLanguage (wanted: Language): Promise<Say> {
    say = await speak(wanted, textsAddress(page, wanted))
    language = wanted
    sayPage(page, wanted, say)
    rememberLanguage(wanted)
    return say
  }

  async function notifyHere (yes: boolean): Promise<void> {
    endOffer()
    const { offerPush, stopPush } = await import('./push.ts')
    if (yes) endOffer = await offerPush(pushRoom)
    else await stopPush()
  }

  async function locate (): Promise<void> {
    page.status.textContent = say('site.location.finding')
    const position = await findPosition()
    page.status.textContent = ''
    // The question may be answered by now: nobody's position is taken that is not asked for any more.
    if (page.location.hidden || composer.isBlocked) return
    if (position === 'denied') conversation.note('site.location.denied')
    else if (position === 'failed') conversation.note('site.location.failed')
    else await conversation.location(position.lat, position.lng)
  }

  document.querySelector('.languages')?.addEventListener('click', event => {
    const wanted = event.target instanceof Element ? event.target.closest('a')?.getAttribute('data-language') : null
    if (!isLanguage(wanted)) return
    event.preventDefault()
    if (!conversation.isActing && wanted !== language) void conversation.press(`lang:${wanted}`)
  })

  page.log.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (button === null) return
    event.preventDefault()
    const card = button.closest('.code-card')
    if (card !== null) {
      void useCode(button.dataset.do ?? '', card, say).then(words => { page.status.textContent = words }, () => { page.status.textContent = say('site.failed') })
    // The second click of a double one was not meant for the question that stands there by now.
    } else if (button.name === 'press' && !composer.isBlocked && event.detail < 2) {
      endOffer()
      void conversation.press(button.value).then(() => { view.focusAnswers(button.value) })
    }
  })

  const tabs = makeTabs(newId(), () => conversation.isActing, () => {
    conversation.setActive(false)
    composer.block(true)
    panel.show([say('site.otherTab.text')], [{ label: say('site.otherTab.here'), tone: 'main', press: () => { location.reload() } }])
  })
  if (!await tabs.take()) {
    conversation.setActive(false)
    composer.block(true)
    panel.show([say('site.otherTab.busy')], [{ label: say('site.otherTab.here'), tone: 'main', press: () => { location.reload() } }])
    return ready()
  }

  await forgetOldFiles(new Date())
  const last = Number(page.main.dataset.last ?? 0)
  removeGreeting(page)
  ready()
  connect(page, last, () => say, line => { conversation.incoming(line) })
  await conversation.begin()
}

function connect (page: Page, last: number, say: () => Say, heard: (line: OpenLine) => void): void {
  let lost = false
  listenForLines(last, heard, yes => {
    if (yes === !lost) return
    lost = !yes
    page.status.textContent = say()(lost ? 'site.connection.lost' : 'site.connection.back')
    page.status.classList.toggle('lost', lost)
    if (!lost) setTimeout(() => { if (!lost) page.status.textContent = '' }, 3000)
  })
}

/** The server draws the first words for those without a script; ours come from the conversation. */
function removeGreeting ({ log }: Page): void {
  for (const line of log.querySelectorAll('[data-line^="-"]')) line.remove()
}

/** From now on what needs the script is shown, and what is only for those without is not. */
function ready (): void {
  document.documentElement.classList.add('scripted')
  document.querySelector('#loading')?.remove()
}

wireExit()
const page = findPage()
start(page).catch(() => {
  // No word of the error: it could hold what somebody wrote. The form of the page still works, and says what it knows.
  document.documentElement.classList.add('unscripted')
  document.querySelector('#broken')?.removeAttribute('hidden')
})
