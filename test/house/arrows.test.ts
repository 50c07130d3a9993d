// Keeps the house in order: a room uses what stands below it, rooms on one floor do not know each other, and no two files need each other.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const src = join(root, 'src')

/** The floor of each room or file, by the longest beginning of its path. */
const floors: Record<string, number> = {
  'main.ts': 9, 'tips.ts': 9, 'zalo.ts': 9, 'bulletins.ts': 9, 'command-line/': 8, 'table.ts': 1, 'start-screen.ts': 8,
  'app.ts': 8, 'bulletin-parts.ts': 7.5, 'places.ts': 7.5,
  // The page's script is a composition root of its own: it puts the flows and the sealing together in the browser.
  'site/browser/': 8,
  'console/': 7, 'site/': 7, 'jobs.ts': 7, 'flows/': 7,
  'statistics/': 6, 'meetings/': 6,
  'tips/': 5, 'bulletins/': 5,
  'subscribers/': 4, 'staff/': 4, 'conversation/': 4,
  'localities/': 3, 'quizzes/': 3, 'channels/': 3, 'queue/': 3,
  'http/': 2, 'db/': 2,
  'config.ts': 1, 'i18n.ts': 1, 'locales.ts': 1, 'log.ts': 1, 'clock.ts': 1, 'server-key.ts': 1, 'whole-file.ts': 1, 'random.ts': 1,
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => file.replaceAll('\\', '/'))
const texts = new Map(files.map(file => [file, readFileSync(join(src, file), 'utf8')]))
const arrows = new Map(files.map(file => [file, importsOf(file)]))

test('every file lies in a room of the house', () => {
  expect(files.filter(file => roomOf(file) === undefined)).toEqual([])
})

test('no room uses what stands above it, or beside it', () => {
  const wrong = files.flatMap(file => (arrows.get(file) ?? []).filter(used => {
    const [from, to] = [roomOf(file), roomOf(used)]
    if (from === undefined || to === undefined || from === to) return false
    const [higher, lower] = [floors[from] ?? 0, floors[to] ?? 0]
    // The ground is one floor of single files that may know each other.
    return lower > higher || (lower === higher && lower > 1 && !(from.endsWith('.ts') && to.endsWith('.ts')))
  }).map(used => `${file} → ${used}`))
  expect(wrong).toEqual([])
})

test('no two files need each other, not even by their types', () => {
  expect(circles()).toEqual([])
})

test('tips never hear of a channel\'s platform, and no channel hears of a tip', () => {
  expect(arrowsBetween(/^tips\//, /^channels\/[^/]+\//)).toEqual([])
  expect(arrowsBetween(/^channels\//, /^tips\//)).toEqual([])
})

test('what runs in the browser uses nothing of Node', () => {
  const browser = reachableFrom(files.filter(file => file.startsWith('site/browser/')))
  expect(browser.length).toBeGreaterThan(20)
  expect(browser.filter(file => /from 'node:|\bBuffer\b\.|process\.(env|on|exit)/.test(texts.get(file) ?? ''))).toEqual([])
})

test('migrations hold SQL and nothing of ours', () => {
  const migrations = files.filter(file => /^db\/migrations\/.*Migration/.test(file))
  expect(migrations.length).toBeGreaterThanOrEqual(2)
  for (const file of migrations) expect([...(texts.get(file) ?? '').matchAll(/from '([^']+)'/g)].map(match => match[1])).toEqual(['@mikro-orm/migrations'])
})

test('no test is skipped, focused or left for later, and no type is waved through', () => {
  // Put together here, so that this file does not find itself.
  const unfinished = new RegExp(['\\b(test|it|describe)\\.(skip|only|todo)' + '\\(', 'TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore'].join('|'))
  const loose = new RegExp(`(\\bas|:) ${'an' + 'y'}\\b(?! [a-z])`)
  const ours = [...texts, ...testFiles()]
  expect(ours.filter(([, text]) => unfinished.test(text)).map(([file]) => file)).toEqual([])
  expect(ours.filter(([, text]) => loose.test(withoutComments(text))).map(([file]) => file)).toEqual([])
})

/** In prose "any" may follow a colon. */
function withoutComments (text: string): string {
  return text.replaceAll(/(^|\s)\/\/.*$|^\s*\*.*$/gm, '')
}

function testFiles (): [string, string][] {
  const tests = join(root, 'test')
  return readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => [`test/${file}`, readFileSync(join(tests, file), 'utf8')])
}

function roomOf (file: string): string | undefined {
  return Object.keys(floors).filter(room => file === room || (room.endsWith('/') && file.startsWith(room))).sort((a, b) => b.length - a.length)[0]
}

function importsOf (file: string): string[] {
  return [...(texts.get(file) ?? '').matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)]
    .map(match => normalize(relative(src, join(src, dirname(file), match[1] ?? ''))).replaceAll('\\', '/'))
    .filter(used => texts.has(used))
}

function arrowsBetween (from: RegExp, to: RegExp): string[] {
  return files.filter(file => from.test(file)).flatMap(file => (arrows.get(file) ?? []).filter(used => to.test(used)).map(used => `${file} → ${used}`))
}

function reachableFrom (start: string[]): string[] {
  const reached = new Set(start)
  for (const file of reached) for (const used of arrows.get(file) ?? []) reached.add(used)
  return [...reached]
}

/** Circles of imports, each as the files it goes through. */
function circles (): string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (file: string, path: string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.add(path.slice(at).sort().join(' ↔ '))
    if (at >= 0 || done.has(file)) return
    for (const used of arrows.get(file) ?? []) walk(used, [...path, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
  return [...found]
}
