// One turn of a conversation: words that work everywhere, buttons old and new, then the flow they are in. Pure.
import { numbered } from '../channels/fit.ts'
import type { Content, Message } from '../channels/message.ts'
import { hours, minutes } from '../clock.ts'
import { languages, type Language } from '../i18n.ts'
import { fold } from '../localities/fold.ts'
import { notTaken, wordsToText } from './answers.ts'
import { commandIn, type Command } from './commands.ts'
import type { Answers, Flow, Here } from './flow.ts'
import type { Said, Script } from './script.ts'
import type { Mind, Outcome, Standing, State } from './standing.ts'
import * as walk from './walk.ts'

/** A story left half told is offered again for this long, then it is gone. */
export const keptFor = hours(24)
/** After so long a pause a text may be a greeting rather than the answer. */
const longPause = hours(1)
const doubleTap = minutes(0.1)

export class Turn {
  private readonly script: Script
  private readonly here: Here
  private readonly mind: Mind
  private readonly pausedFor: number
  private standing: Standing | null
  private shelved: Standing | null
  private readonly say: Message[] = []
  private readonly counts: string[] = []
  private act: Outcome['act'] = null

  constructor (script: Script, before: State, here: Here) {
    this.script = script
    this.here = here
    this.mind = { ...before.mind, lastAt: here.now.getTime() }
    this.pausedFor = before.mind.lastAt === 0 ? 0 : here.now.getTime() - before.mind.lastAt
    const expired = this.pausedFor > keptFor
    // A flow this script does not know is one they may not use (any more).
    this.standing = expired || before.standing === null || this.named(before.standing.flow) === undefined ? null : before.standing
    this.shelved = expired ? null : before.shelved
  }

  outcome (): Outcome {
    const newest = this.say.at(-1)
    if (this.here.shows.buttons === 0 && newest !== undefined) this.mind.numbers = numbered(newest.choices ?? []).map(({ id }) => id)
    return { state: { mind: this.mind, standing: this.standing, shelved: this.shelved }, say: this.say, act: this.act, counts: this.counts }
  }

  /** Asks for the language, once; whatever they wrote is taken all the same. */
  greet (): void {
    this.mind.language = this.here.language
    this.say.push(...this.script.welcome(this.here))
  }

  press (data: string): void {
    // A double tap sends the same data twice; no question's button is the same twice, a menu's only in another moment.
    const twice = data === this.mind.lastPress && (data.startsWith('a:') || Math.abs(this.pausedFor) < doubleTap)
    this.mind.lastPress = data
    if (twice) return
    const [kind, ...rest] = data.split(':')
    const what = rest.join(':')
    if (kind === 'go') this.go(what)
    else if (kind === 'new') this.beginAnew(what)
    else if (kind === 'lang') this.setLanguage(what)
    else if (kind === 'a') this.pressAnswer(rest)
    else if (data === 'help') this.obey('help')
    else if (data === 'resume') this.resumeShelved()
    else if (data === 'drop') { this.shelved = null; this.tell('chat.dropped'); this.menu() }
    else if (!this.opens({ kind: 'press', data })) this.menu()
  }

  start (payload: string): void {
    if (payload !== '' && this.opens({ kind: 'link', payload })) return
    this.shelve()
    if (this.named(payload) !== undefined) this.go(payload)
    else this.menu()
  }

  text (text: string): void {
    const typed = this.typed(text)
    if (typed !== null) return this.press(typed)
    const command = commandIn(text)
    if (command !== null && this.obey(command)) return
    if (this.opens({ kind: 'text', text })) return
    const danger = this.script.danger(text, this.here)
    if (danger !== null) this.say.push(...danger)
    if (this.standing !== null && this.pausedFor > longPause) this.hold(text)
    else if (this.standing !== null) this.answer({ kind: 'text', text })
    else this.open(text)
  }

  /** A language by its own name; where buttons are numbers to type, the choice that a number stands for. */
  private typed (text: string): string | null {
    const said = fold(text)
    const language = languageChoices().find(({ label }) => fold(label) === said)
    if (language !== undefined) return language.id
    return this.here.shows.buttons === 0 && /^\d{1,2}$/.test(said) ? this.mind.numbers?.[Number(said) - 1] ?? null : null
  }

  answer (content: Content): void {
    const flow = this.flow()
    if (this.standing !== null && flow !== null) return this.take(walk.hear(flow, this.standing, content, this.here))
    if (content.kind === 'edit') return
    if (content.kind === 'files' || content.kind === 'location') this.tell('chat.repair.startFirst')
    else this.say.push({ text: wordsToText(notTaken(this.here), this.here) })
    this.menu()
  }

  take (walked: walk.Walked): void {
    const was = this.standing?.flow
    const under = this.standing?.under ?? null
    this.say.push(...walked.say)
    this.counts.push(...walked.counts)
    this.standing = walked.standing
    this.act = walked.act
    if (walked.standing !== null) this.mind.turn = Math.max(this.mind.turn, walked.standing.turn)
    if (walked.standing !== null) return
    if (under !== null) this.goOnUnder(under)
    else if (walked.next === null || walked.next === 'menu') this.menu()
    else if (walked.next !== 'nothing' && walked.next !== was) this.enter(walked.next)
  }

  /** True when the command was one here; else the text is taken as an answer. */
  private obey (command: Command): boolean {
    const flow = this.flow()
    switch (command) {
      case 'menu': this.shelve(); this.menu(); return true
      case 'cancel': this.cancel(); return true
      case 'help': this.say.push(...this.script.help(this.here)); this.askAgainOrMenu(); return true
      case 'privacy': this.say.push(...this.script.privacy(this.here)); this.askAgainOrMenu(); return true
      case 'emergency': this.say.push(...this.script.emergency(this.here)); this.counts.push('emergency-redirect'); this.askAgainOrMenu(); return true
      case 'language': this.chooseLanguage(); return true
      case 'back': if (this.standing === null) this.menu(); else this.goBack(); return true
      case 'skip':
        if (flow === null || this.standing === null) return false
        if (!walk.canSkip(flow, this.standing)) this.askAgain('chat.repair.cannotSkip')
        else this.goSkip()
        return true
      case 'report': case 'follow-up': case 'subscribe': case 'my-data': this.go(flowOf[command]); return true
      case 'unsubscribe': this.shelve(); this.enter('unsubscribe'); return true
      case 'greeting': if (this.standing !== null) this.askAgain('chat.resume.hello'); else this.menu(); return true
      case 'done': case 'dont-know': if (this.standing === null) this.menu(); return this.standing === null
      default: return command satisfies never
    }
  }

  /** A button of the same question asked earlier is as good as a new one; of another question it is not. */
  private pressAnswer ([_turn, step, ...option]: string[]): void {
    const flow = this.flow()
    if (this.standing === null || flow === null) {
      this.tell('chat.repair.oldButton')
      return this.menu()
    }
    if (step !== this.standing.step) return this.askAgain('chat.repair.oldButton')
    const what = option.join(':')
    if (what === '!back') this.goBack()
    else if (what === '!skip') this.goSkip()
    else if (what === '!cancel') this.cancel()
    else if (what === '!held' && this.standing.held !== undefined) this.answer({ kind: 'text', text: this.standing.held })
    else this.take(walk.press(flow, this.standing, what, this.here))
  }

  /** Begins a flow, or offers the story that was left half told. */
  private go (name: string): void {
    if (this.standing?.flow === name) return this.askAgain(name === 'report-tip' ? 'chat.resume.inIt' : 'chat.resume.hello')
    this.shelve()
    if (this.shelved?.flow !== name) return this.enter(name)
    this.say.push({
      text: this.here.say('chat.resume.offer'),
      choices: [
        { id: 'resume', label: this.here.say('chat.resume.yes'), tone: 'main' },
        { id: `new:${name}`, label: this.here.say('chat.resume.new') },
        { id: 'drop', label: this.here.say('chat.resume.drop'), tone: 'quiet' },
      ],
    })
  }

  /** They chose to drop the half-told story. An old button of that choice must not drop the one being told now. */
  private beginAnew (name: string): void {
    if (this.standing?.flow === name) return this.askAgain('chat.resume.inIt')
    this.shelved = null
    this.enter(name)
  }

  private enter (name: string, answers: Answers = {}): void {
    const flow = this.named(name)
    if (flow === undefined) return this.menu()
    this.standing = null
    this.take(walk.begin(flow, this.here, this.mind.turn, answers))
  }

  /** True when it was something that begins anywhere. */
  private opens (said: Said): boolean {
    const lead = this.script.opens?.(said, this.here) ?? null
    const flow = lead === null ? undefined : this.named(lead.flow)
    if (lead === null || flow === undefined) return false
    // Of an aside in an aside, the first is over.
    const under = lead.aside === true ? this.standing?.under ?? this.standing : null
    if (under === null) {
      this.shelve()
      this.enter(lead.flow, lead.answers)
      return true
    }
    const walked = walk.begin(flow, this.here, this.mind.turn, lead.answers)
    this.standing = { ...under, under }
    this.take(walked.standing === null ? walked : { ...walked, standing: { ...walked.standing, under } })
    return true
  }

  private goOnUnder (under: Standing): void {
    const flow = this.named(under.flow)
    this.standing = null
    if (flow === undefined) this.menu()
    else this.take(walk.askAgain(flow, { ...under, turn: this.mind.turn }, this.here, []))
  }

  /** Nothing is under way: a code, a story, or something we can't place. */
  private open (text: string): void {
    const lead = this.script.leadsTo(text, this.here)
    if (lead === null) {
      this.tell('chat.repair.menu')
      this.menu()
    } else if ('say' in lead) {
      this.say.push(...lead.say)
      this.counts.push(lead.count)
      this.menu()
    } else this.enter(lead.flow, lead.answers)
  }

  private hold (text: string): void {
    const flow = this.flow()
    if (this.standing === null || flow === null) return this.menu()
    this.take(walk.askAgain(flow, { ...this.standing, held: text }, this.here, [{ text: this.here.say('chat.resume.longPause') }]))
  }

  private goBack (): void {
    const flow = this.flow()
    if (this.standing === null || flow === null) return this.menu()
    const walked = walk.back(flow, this.standing, this.here)
    if (walked !== null) return this.take(walked)
    this.leave()
  }

  /** Back to what this was an aside of, or to the menu. */
  private leave (): void {
    const under = this.standing?.under
    this.standing = null
    if (under === undefined) this.menu()
    else this.goOnUnder(under)
  }

  private goSkip (): void {
    const flow = this.flow()
    const walked = this.standing === null || flow === null ? null : walk.skip(flow, this.standing, this.here)
    if (walked === null) this.askAgain('chat.repair.cannotSkip')
    else this.take(walked)
  }

  private cancel (): void {
    const told = (this.standing?.trail.length ?? 0) > 0
    if (told) this.tell(this.flow()?.cancelled ?? 'chat.cancelled')
    this.leave()
  }

  /** Leaves a story for later; anything else is simply left. */
  private shelve (): void {
    const story = this.standing?.under ?? this.standing
    if (story?.flow === 'report-tip' && story.trail.length > 0) {
      this.shelved = story
      this.tell('chat.shelved')
    }
    this.standing = null
  }

  private resumeShelved (): void {
    const shelved = this.shelved
    const flow = shelved === null ? undefined : this.script.flows[shelved.flow]
    if (shelved === null || flow === undefined) return this.menu()
    this.shelved = null
    this.take(walk.resume(flow, { ...shelved, turn: this.mind.turn }, this.here))
  }

  private setLanguage (wanted: string): void {
    const language = languages.find(l => l === wanted)
    if (language === undefined) return this.chooseLanguage()
    this.mind.language = language
    // What follows is said in the new language: the caller calls `afterLanguage` with a Here that speaks it.
    this.act = { name: 'setLanguage', give: language }
  }

  private chooseLanguage (): void {
    this.say.push({ text: this.here.say('chat.language.ask'), choices: languageChoices(), compact: true })
  }

  /** The name comes from outside, and some names ("constructor") every object has. */
  private named (name: string): Flow | undefined {
    return Object.hasOwn(this.script.flows, name) ? this.script.flows[name] : undefined
  }

  private flow (): Flow | null {
    const flow = this.standing === null ? undefined : this.script.flows[this.standing.flow]
    if (this.standing !== null && flow === undefined) this.standing = null
    return flow ?? null
  }

  private askAgainOrMenu (): void {
    const flow = this.flow()
    if (this.standing === null || flow === null) this.menu()
    else this.take(walk.askAgain(flow, this.standing, this.here, []))
  }

  private askAgain (because: Parameters<Here['say']>[0]): void {
    this.tell(because)
    this.askAgainOrMenu()
  }

  private tell (key: Parameters<Here['say']>[0]): void {
    this.say.push({ text: this.here.say(key) })
  }

  private menu (): void {
    this.say.push(this.script.menu(this.here, { resume: this.shelved !== null }))
  }

  /** After a change of language: a word in it, and the question or menu again. */
  afterLanguage (): void {
    this.tell('chat.language.set')
    this.askAgainOrMenu()
  }
}

/** Each in its own language, so that everybody finds theirs. */
export function languageChoices (): NonNullable<Message['choices']> {
  const names: Record<Language, string> = { vi: 'Tiếng Việt', en: 'English', km: 'ភាសាខ្មែរ' }
  return languages.map(language => ({ id: `lang:${language}`, label: names[language], word: names[language] }))
}

const flowOf = { report: 'report-tip', 'follow-up': 'follow-up', subscribe: 'subscribe', 'my-data': 'my-data' } as const
