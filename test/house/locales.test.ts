// Holds the texts in English and Khmer to the Vietnamese ones, and every text to somebody who says it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandIn } from '../../src/conversation/commands.ts'
import { languages } from '../../src/i18n.ts'

const root = join(import.meta.dirname, '../..')
const translations = languages.filter(language => language !== 'vi')

/** Paths that are put together while the program runs: nobody finds the keys under them by searching. */
const dynamicParents: Record<string, string> = {
  'bulletins.genuine': 'the first line of an answer is named by the standing',
  'bulletins.kinds': 'the kinds of bulletins',
  'bulletins.levels': 'how much a bulletin matters',
  'bulletins.page.about': 'how a bulletin relates to another',
  'bulletins.page.happens': 'what the text of a bulletin is, by its kind',
  'bulletins.standing': 'whether a bulletin still stands',
  categories: 'a category and its questions are named by their ids in src/tips/category.ts',
  'chat.followUp.status': 'the public status of a tip',
  'chat.subscribe.topic': 'the topics a subscriber can choose',
  'notice.kind': 'the kinds of bulletins',
  'notice.relation': 'how a bulletin is about another',
  'notice.digest': 'daily and weekly letters',
  'officer.check.kinds': 'what an accusation is made with',
  'officer.state': 'the states of a bulletin',
  'officer.deed': 'what was done with a bulletin',
  'officer.outcome': 'what became of recipients',
  'site.errors': 'one sentence for each code of a refusal',
  'site.who': 'the emergency numbers',
  'telegram.commands': 'the commands of the menu',
}

/** Names that are written the Vietnamese way in every language. */
const names = /Tin Báo|Tiếng Việt|Vĩnh Xương|Long Xuyên|Phú Quốc|Việt Nam/g
/** Blanks and the words of others (a menu in another program) are not ours to translate. */
const blanksAndQuotes = /\{\{.*?\}\}|“[^”]*”/g
const vietnameseLetter = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/i
const khmerLetter = /\p{Script=Khmer}/u

const files = readdirSync(join(root, 'locales/vi')).filter(file => file.endsWith('.json')).sort()

test('there are texts', () => {
  expect(files).toContain('chat.json')
})

describe.each(files)('%s', file => {
  test.each(languages)('in %s leaves nothing empty and nothing but text', language => {
    expect(pathsWhere(read(language, file), text => text.trim() === '')).toEqual([])
  })

  test.each(languages)('in %s is composed Unicode without characters nobody sees', language => {
    expect(pathsWhere(read(language, file), text => text.normalize('NFC') !== text || /[\p{Cf}\p{Co}\p{Cn}\ufffd]/u.test(text))).toEqual([])
  })

  test.each(translations)('in %s has the texts it has in Vietnamese, and no other', language => {
    expect([...read(language, file).keys()].sort()).toEqual([...read('vi', file).keys()].sort())
  })

  test.each(translations)('in %s leaves the same blanks to be filled in', language => {
    const source = read('vi', file)
    expect(pathsWhere(read(language, file), (text, path) => blanksOf(text).join() !== blanksOf(source.get(path) ?? '').join())).toEqual([])
  })

  test.each(translations)('in %s tells people to type words that do the same as the Vietnamese ones', language => {
    const source = read('vi', file)
    expect(pathsWhere(read(language, file), (text, path) => commandsOf(text).join() !== commandsOf(source.get(path) ?? '').join())).toEqual([])
  })

  test('has no Vietnamese left in the English', () => {
    expect(pathsWhere(read('en', file), text => vietnameseLetter.test(ownWords(text)))).toEqual([])
  })

  test('has no Vietnamese left in the Khmer, and Khmer in every text that is longer than a name', () => {
    const texts = read('km', file)
    expect(pathsWhere(texts, text => vietnameseLetter.test(ownWords(text)))).toEqual([])
    expect(pathsWhere(texts, text => text.length > 12 && ownWords(text).trim().length > 12 && !khmerLetter.test(text))).toEqual([])
  })

  test('has no text that nobody says', () => {
    const room = file.replace('.json', '')
    const unsaid = [...read('vi', file).keys()].map(path => `${room}.${path}`).filter(path => !said.has(path) && !isUnderDynamic(path))
    expect(unsaid).toEqual([])
  })
})

test('the words told to type are words we understand', () => {
  for (const language of languages) {
    const texts = read(language, 'chat.json')
    for (const path of ['nav.words', 'nav.wordsSkip', 'help.words', 'repair.help']) {
      const quoted = quotedIn(texts.get(path) ?? '')
      expect(quoted.length, `${language} ${path}`).toBeGreaterThan(1)
      expect(quoted.filter(word => commandIn(word) === null), `${language} ${path}`).toEqual([])
    }
  }
})

test('the buttons a text speaks of are there under that name', () => {
  const buttons: [text: string, button: string][] = [
    ['chat.report.proof', 'chat.nav.done'], ['chat.report.proofProtect', 'chat.nav.done'], ['chat.followUp.moreFiles', 'chat.nav.done'],
    ['chat.subscribe.topics', 'chat.nav.done'], ['chat.repair.tickOne', 'chat.nav.done'], ['chat.repair.startFirst', 'chat.menu.report'],
    ['chat.repair.staleTip', 'chat.report.send'], ['chat.notice.neutral', 'chat.notice.open'], ['chat.place.notFound', 'chat.place.dontKnow'],
    ['chat.knows.webSealed', 'site.exit'], ['site.about.shared', 'site.exit'], ['site.sending.refused', 'chat.report.send'],
  ]
  for (const language of languages) {
    const texts = new Map(['chat', 'site'].flatMap(room => [...read(language, `${room}.json`)].map(([path, text]) => [`${room}.${path}`, text])))
    for (const [text, button] of buttons) expect(quotedIn(texts.get(text) ?? ''), `${language} ${text}`).toContain(texts.get(button))
  }
})

test('the paths put together while the program runs are really put together somewhere', () => {
  expect(Object.keys(dynamicParents).filter(parent => !code.includes(`${parent}.\${`))).toEqual([])
})

/** All texts of a file by their path in it; what is no text comes out empty. */
function read (language: string, file: string): Map<string, string> {
  const found = new Map<string, string>()
  const collect = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) found.set(path, typeof value === 'string' ? value : '')
    else for (const [key, inner] of Object.entries(value)) collect(inner, path === '' ? key : `${path}.${key}`)
  }
  collect(JSON.parse(readFileSync(join(root, 'locales', language, file), 'utf8')), '')
  return found
}

function pathsWhere (texts: Map<string, string>, isWrong: (text: string, path: string) => boolean): string[] {
  return [...texts].filter(([path, text]) => isWrong(text, path)).map(([path]) => path)
}

function blanksOf (text: string): string[] {
  return [...new Set(text.match(/\{\{.*?\}\}/g))].sort()
}

function quotedIn (text: string): string[] {
  return [...text.matchAll(/“([^”]*)”/g)].map(([, words]) => words ?? '')
}

/** The commands a text mentions, in its order; `none` for a quotation that is no command. */
function commandsOf (text: string): string[] {
  return quotedIn(text).map(words => commandIn(words) ?? 'none')
}

function ownWords (text: string): string {
  return text.replace(blanksAndQuotes, '').replace(names, '')
}

/** All source text; the keys said there stand in quotes, whole. */
const code = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => readFileSync(join(root, 'src', path), 'utf8'))
  .join('\n')
const said = new Set([...code.matchAll(/['"`]([a-z][\w-]*(?:\.[\w-]+)+)['"`]/gi)].map(([, key]) => key))

function isUnderDynamic (path: string): boolean {
  return Object.keys(dynamicParents).some(parent => path.startsWith(`${parent}.`))
}
