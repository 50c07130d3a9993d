// "Is this bulletin really from you?": asked by anybody, on every channel, with the code that stands at its end.
import { parseBulletinCode } from '../bulletins/code.ts'
import { act, end, flow, write, type Answers, type Check } from '../conversation/flow.ts'
import { fold, visible } from '../localities/fold.ts'
import { parseCode } from '../tips/code.ts'

const noTip: Check = text => parseCode(text) === null ? null : { because: 'officer.genuineAsk.tipCode' }

export const genuine = flow('genuine', 1, {
  steps: [
    write('code', { ask: 'officer.genuineAsk.code', upTo: 400, check: noTip }),
    act('answer', { act: 'genuine', give: (answers, here) => ({ code: String(answers.code), url: here.webUrl.replace(/\/$/, '') }) }),
    end('told', answers => ({ text: linesIn(answers).join('\n') })),
  ],
})

/** Put there by the act: the verdict first. */
function linesIn (answers: Answers): string[] {
  return answers.answer as string[]
}

const asks = ['/genuine', '/that', 'kiểm tra tin', 'kiểm tra thật giả', 'tin này thật không', 'is this genuine', 'check bulletin', 'ពិនិត្យដំណឹង']
const asksWithCode = ['/genuine', '/that', 'kiểm tra tin', 'check bulletin', 'ពិនិត្យដំណឹង'].map(fold)

/**
 * What begins the question in the middle of anything: its own words, alone or before a code, and a code marked with TB. "kiểm tra tin"
 * before other words is about something else. Null: none of it. An empty code is asked for.
 */
export function genuineAsked (text: string): { code: string } | null {
  const said = fold(text)
  if (text.length > 400) return null
  if (asks.some(phrase => fold(phrase) === said && phrase.startsWith('/') === text.trim().startsWith('/'))) return { code: '' }
  const command = /^\s*\/(?:genuine|that)\s+(\S[^]*)$/iu.exec(text)?.[1]
  if (command !== undefined) return { code: command }
  const phrase = asksWithCode.find(one => said.startsWith(`${one} `))
  if (phrase !== undefined) {
    const rest = text.trim().split(/\s+/).slice(phrase.split(' ').length).join(' ')
    if (wholeCode(rest) !== null) return { code: rest }
  }
  return wholeCode(text)?.marked === true ? { code: text } : null
}

/** The same for somebody who is in the middle of nothing: a code needs no mark then. */
export function genuineAskedAlone (text: string): { code: string } | null {
  return genuineAsked(text) ?? (wholeCode(text) === null ? null : { code: text })
}

/**
 * A text that is a bulletin's code and nothing else. Without its TB it must be written in our two groups or in one, with letters and
 * digits: "danh bac" has seven letters too, and one in 32 of such words would pass for a code.
 */
export function wholeCode (text: string): { marked: boolean } | null {
  if (text.length > 40 || parseBulletinCode(text) === null) return null
  const plain = visible(text.normalize('NFKC')).trim().toUpperCase()
  const [, mark, first = '', second = ''] = /^(?:(TB)[\s\p{Pd}]*)?([\dA-Z]{4})[\s\p{Pd}]*([\dA-Z]{3})[.!?]?$/u.exec(plain) ?? []
  if (first === '') return null
  const mixed = /\d/.test(first + second) && /[A-Z]/.test(first + second)
  const grouped = /^TB\s?\p{Pd}\s?[\dA-Z]{4}\s?\p{Pd}\s?[\dA-Z]{3}/u.test(plain)
  if (mark !== undefined) return mixed || grouped ? { marked: true } : null
  return mixed ? { marked: false } : null
}
