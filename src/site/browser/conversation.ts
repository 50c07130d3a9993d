// The conversation in the browser: one thing at a time through the script, acts done by requests, the unfinished kept on this device.
import type { Content, FileRef, Message } from '../../channels/message.ts'
import type { Here, Places } from '../../conversation/flow.ts'
import type { Outcome, State } from '../../conversation/standing.ts'
import { newState } from '../../conversation/standing.ts'
import { afterLanguage, carryOn, talk } from '../../conversation/talk.ts'
import * as walk from '../../conversation/walk.ts'
import type { Acts } from '../../flows/acts.ts'
import { script } from '../../flows/script.ts'
import type { Language, Say, TextKey } from '../../i18n.ts'
import { greetingOf } from '../greeting.ts'
import type { OpenLine } from '../../channels/web-chat/open-line.ts'
import { doAct, isActName, prepareSending } from './acts.ts'
import { warnBeforeLeaving } from './exit.ts'
import { forgetFiles } from './files.ts'
import { browserHere, placesNeeded } from './here.ts'
import { isUnfinished, keep, keepPending, readKept } from './kept.ts'
import type { LogView } from './log-view.ts'
import { placesFor } from './places.ts'
import { isReport, isTick, whyFailed } from './turn.ts'

export interface ConversationRoom {
  view: LogView
  acts: () => Acts
  now: () => Date
  language: Language
  say: Say
  fileBytes: number
  /** Gets the texts of another language, and says the page in it. */
  changeLanguage (language: Language): Promise<Say>
  /** An act is under way, or no longer. */
  working (act: string | null): void
  /** What the newest question would like. */
  wants (what: Message['wants']): void
}

const mostActs = 10

export class Conversation {
  private readonly room: ConversationRoom
  private language: Language
  private say: Say
  private state: State = newState()
  private lines: { line: OpenLine, lasting: boolean }[] = []
  private nextId = -1
  private queue: Promise<void> = Promise.resolve()
  private active = true
  private acting = false

  constructor (room: ConversationRoom) {
    this.room = room
    this.language = room.language
    this.say = room.say
  }

  /** Goes on with what this device kept, or greets. */
  async begin (): Promise<void> {
    // First in the queue: what a quick hand writes meanwhile comes after it, and is not lost.
    this.queue = this.queue.then(async () => { await this.open() })
    await this.queue
  }

  private async open (): Promise<void> {
    const kept = readKept(this.room.now())
    if (kept === null) {
      keepPending(null)
      await forgetFiles()
      this.greet()
    } else {
      this.state = kept.state
      if (this.state.mind.language !== null && this.state.mind.language !== this.language) await this.speak(this.state.mind.language)
      this.lines = kept.lines.map(line => ({ line: { ...line, id: this.nextId-- }, lasting: true }))
      this.room.view.add(this.lines.map(({ line }) => line))
      this.note('site.resumed')
      await this.goOnFrom()
    }
    this.tellWants()
  }

  /** Whether something is being sent now. */
  get isActing (): boolean {
    return this.acting
  }

  /** Another tab goes on with this conversation, or this one again. */
  setActive (active: boolean): void {
    this.active = active
  }

  /** False: it could not be taken; the person should get it back. */
  async text (text: string): Promise<boolean> { return await this.hear({ kind: 'text', text }, text) }
  async location (lat: number, lng: number): Promise<void> { await this.hear({ kind: 'location', lat, lng }, this.say('site.location.said')) }
  async files (files: FileRef[], said: string, extra?: Element): Promise<void> { await this.hear({ kind: 'files', files }, said, extra) }
  async press (choice: string): Promise<void> { await this.hear({ kind: 'press', data: choice }, this.room.view.labelOf(choice)) }

  /** A line from the server. */
  incoming (line: OpenLine): void {
    this.lines.push({ line, lasting: false })
    this.room.view.add([line], { alone: true })
  }

  /** A word of the page's own in the log. */
  note (key: TextKey, blanks: Record<string, string | number> = {}): void {
    this.add([{ text: this.say(key, blanks) }])
  }

  get isReporting (): boolean {
    return this.state.standing?.flow === 'report-tip'
  }

  /** One after the other, in the order they came; while a tip is being sent nothing else is taken. */
  private async hear (content: Content, said: string | null, extra?: Element): Promise<boolean> {
    let taken = false
    this.queue = this.queue.then(async () => {
      if (!this.active) return
      await this.take(content, said, extra)
      taken = true
    }).catch(() => { this.note('site.failed') })
    await this.queue
    return taken
  }

  private async take (content: Content, said: string | null, extra: Element | undefined): Promise<void> {
    warnBeforeLeaving(false)
    const from = this.lines.length
    const before = this.state
    const outcome = talk(script, before, content, await this.here(before, content))
    if (content.kind === 'press' && isTick(before, outcome)) {
      const [message] = outcome.say
      this.state = outcome.state
      if (message !== undefined) this.replaceLast(message)
    } else {
      // A press that changes nothing (the same button twice) is not worth a line.
      if (said !== null && (outcome.say.length > 0 || outcome.act !== null)) this.addLines([{ id: this.nextId--, from: 'them', text: said }], extra)
      await this.play(outcome)
    }
    // What was said in a report goes with it; a code or an officer's answer stays in memory.
    const lasting = isReport(before) || isReport(this.state)
    for (const entry of this.lines.slice(from)) entry.lasting = lasting && entry.line.id < 0
    await this.settle()
  }

  private async play (first: Outcome): Promise<void> {
    let outcome = first
    for (let done = 0; ; done++) {
      this.state = outcome.state
      this.add(outcome.say)
      if (outcome.act === null || done >= mostActs) return
      const { name, give } = outcome.act
      if (name === 'setLanguage') {
        await this.speak(this.state.mind.language ?? this.language)
        outcome = afterLanguage(script, this.state, await this.here(this.state, null))
        continue
      }
      // Before the act: a reload in the middle of sending goes on with it.
      this.save()
      const acts = this.room.acts()
      if (!isActName(acts, name)) throw new Error(`Nobody does ${name} here.`)
      this.acting = true
      this.room.working(name)
      try {
        const result = await doAct(acts, name, give)
        if (name === 'forget') this.lines = []
        outcome = carryOn(script, this.state, result, await this.here(this.state, null))
      } catch (error) {
        outcome = await this.afterFailure(name, error)
      } finally {
        this.acting = false
        this.room.working(null)
      }
      if (name === 'receiveTip' && outcome.state.standing === null) warnBeforeLeaving(true)
    }
  }

  /** What was told is never lost: a report goes back to its review, anything else to the menu. */
  private async afterFailure (name: string, error: unknown): Promise<Outcome> {
    const here = await this.here(this.state, null)
    const { standing } = this.state
    const flow = standing === null ? undefined : script.flows[standing.flow]
    this.note(whyFailed(name, error))
    const walked = standing === null || flow === undefined ? null : walk.back(flow, standing, here)
    if (walked?.standing == null || walked.act !== null) {
      return { state: { ...this.state, standing: null }, say: [script.menu(here, { resume: this.state.shelved !== null })], act: null, counts: [] }
    }
    const mind = { ...this.state.mind, turn: Math.max(this.state.mind.turn, walked.standing.turn), lastPress: null }
    return { state: { ...this.state, mind, standing: walked.standing }, say: walked.say, act: null, counts: [] }
  }

  /** After a reload: an act that was under way is done again; a question that waits stands on the page already. */
  private async goOnFrom (): Promise<void> {
    const { standing } = this.state
    const flow = standing === null ? undefined : script.flows[standing.flow]
    const here = await this.here(this.state, null)
    if (standing === null || flow === undefined) return this.add([script.menu(here, { resume: this.state.shelved !== null })])
    const isAct = flow.steps.find(step => step.id === standing.step)?.kind === 'act'
    if (!isAct && standing.version === flow.version) return
    const walked = isAct ? walk.askAgain(flow, standing, here, []) : walk.resume(flow, standing, here)
    await this.play({ state: { ...this.state, standing: walked.standing }, say: walked.say, act: walked.act, counts: [] })
    await this.settle()
  }

  private greet (): void {
    const here = this.hereWith(placesFor(null))
    this.state = { ...newState(), mind: { ...newState().mind, language: this.language } }
    this.add(greetingOf([...script.welcome(here), script.menu(here, { resume: false })]))
  }

  private async speak (language: Language): Promise<void> {
    this.say = await this.room.changeLanguage(language)
    this.language = language
    this.room.view.speak(this.say)
  }

  private async here (state: State, content: Content | null): Promise<Here> {
    return this.hereWith(await placesNeeded(state, content))
  }

  private hereWith (places: Places): Here {
    return browserHere({ language: this.language, say: this.say, now: this.room.now(), fileBytes: this.room.fileBytes, places })
  }

  private add (messages: readonly Message[]): void {
    this.addLines(messages.map(message => ({ id: this.nextId--, from: 'us', message })))
  }

  private addLines (lines: OpenLine[], extra?: Element): void {
    this.lines.push(...lines.map(line => ({ line, lasting: false })))
    this.room.view.add(lines, { extra })
  }

  private replaceLast (message: Message): void {
    const last = this.lines.at(-1)
    if (last === undefined) return this.add([message])
    last.line = { id: last.line.id, from: 'us', message }
    this.room.view.replaceLast(last.line)
  }

  private async settle (): Promise<void> {
    this.save()
    // While there is a network: the place and the sending come when there may be none.
    if (isReport(this.state)) {
      prepareSending()
      placesFor('names').catch(() => {})
    }
    if (!isUnfinished(this.state) && this.state.standing === null) {
      keepPending(null)
      await forgetFiles()
    }
    this.tellWants()
  }

  private save (): void {
    if (!this.active) return
    // A tip that was sent takes its lines with it, also from a report begun after it.
    if (!isUnfinished(this.state)) for (const entry of this.lines) entry.lasting = false
    keep(this.state, this.lines.filter(({ lasting }) => lasting).map(({ line }) => line), this.room.now())
  }

  private tellWants (): void {
    const last = this.lines.findLast(({ line }) => line.from === 'us' && line.id < 0)?.line
    this.room.wants(last?.from === 'us' ? last.message.wants : undefined)
  }
}
