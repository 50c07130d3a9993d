// The web chat's page as the server writes it: what it says without a script, and what it never does.
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/channels/message.ts'
import { languages, type Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { chatPage, emergencyNumbers, type ChatPage } from '../../src/site/chat-page.ts'
import { drawLine } from '../../src/site/draw-line.ts'
import { greetingOf } from '../../src/site/greeting.ts'
import type { OpenLine } from '../../src/channels/web-chat/open-line.ts'
import { greetingWords } from './chat-words.ts'

const say = says.vi
const question: Message = {
  text: 'Có ai bị thương không?',
  choices: [{ id: 'a:4:hurt:yes', label: 'Có' }, { id: 'a:4:hurt:no', label: 'Không' }, { id: 'a:4:hurt:!back', label: 'Quay lại', tone: 'quiet' }],
}

function pageOf (more: Partial<ChatPage> = {}, language: Language = 'vi'): string {
  return String(chatPage({
    language,
    say: says[language],
    lines: [],
    greeting: greetingWords(language),
    urls: { script: '/assets/chat.js', style: '/assets/chat.css', texts: { vi: '/assets/vi.json', en: '/assets/en.json', km: '/assets/km.json' } },
    fileBytes: 20 * 1024 * 1024,
    ...more,
  }))
}

const us = (id: number, message: Message): OpenLine => ({ id, from: 'us', message })
const them = (id: number, text: string): OpenLine => ({ id, from: 'them', text })

describe('somebody new', () => {
  test.each(languages)('reads the first words in %s, with the numbers to call above everything', language => {
    const page = pageOf({}, language)
    expect(page).toContain(`<html lang="${language}">`)
    for (const number of emergencyNumbers) expect(page.indexOf(`href="tel:${number}"`)).toBeLessThan(page.indexOf('role="log"'))
    expect(page).toContain(says[language]('chat.menu.ask'))
    expect(page).toContain('value="go:report-tip"')
  })

  test('is not asked for a language that stands at the top of the page already', () => {
    expect(greetingWords('vi').flatMap(({ choices = [] }) => choices.map(({ id }) => id))).toContain('lang:km')
    expect(greetingOf(greetingWords('vi')).flatMap(({ choices = [] }) => choices.map(({ id }) => id))).not.toContain('lang:km')
    expect(pageOf()).toContain('href="/?lang=km"')
  })
})

describe('without a script', () => {
  test('the newest question is answered by buttons of one form, and a text or a file goes the same way', () => {
    const page = pageOf({ lines: [us(7, question)], once: 'a-name-for-this-form' })
    expect(page).toMatch(/<form id="chat"[^>]* method="post" action="\/chat" enctype="multipart\/form-data"/)
    expect(page).toMatch(/<button class="choice plain" form="chat" name="press" value="a:4:hurt:yes">Có<\/button>/)
    expect(page).toMatch(/<textarea [^>]*name="text"/)
    expect(page).toMatch(/<input [^>]*type="file" name="files" multiple/)
    expect(page).toContain('<input type="hidden" name="once" value="a-name-for-this-form">')
    expect(page).toContain(say('site.noScript.note'))
    expect(page).toContain('data-last="7"')
  })

  test('an older question can be read and not be pressed; a number to call always can', () => {
    const call: Message = { text: 'Gọi ngay', choices: [{ id: 'call:113', label: 'Gọi 113', url: 'tel:113', tone: 'danger' }] }
    const page = pageOf({ lines: [us(1, call), us(2, question), them(3, 'Có'), us(4, { text: 'Cảm ơn' })] })
    expect(page).not.toContain('value="a:4:hurt:yes"')
    expect(page).toContain('Có · Không')
    expect(page).toContain('<a class="choice danger" href="tel:113" rel="noreferrer">Gọi 113</a>')
  })

  test('the page never loads itself again', () => {
    expect(pageOf()).not.toMatch(/http-equiv/i)
  })
})

describe('what somebody wrote', () => {
  test('stays text, also when it looks like a page', () => {
    const hostile = '<script>alert(1)</script>" onfocus="x'
    const page = pageOf({ lines: [them(1, hostile), us(2, { text: hostile, copy: hostile, choices: [{ id: hostile, label: hostile }] })] })
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('" onfocus')
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(4)
  })

  test('a link of a message leads to a page or a phone, never to a script', () => {
    const drawn = (url: string): string => String(drawLine(us(1, { text: 'x', choices: [{ id: 'u', label: 'Mở', url }] }), say, true))
    expect(drawn('https://example.org/a')).toContain('href="https://example.org/a"')
    expect(drawn('javascript:alert(1)')).not.toContain('href')
    expect(drawn('data:text/html,x')).not.toContain('href')
  })
})

test('the code stands in a card of its own, in groups, and not in the text again', () => {
  const code = 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01'
  const drawn = String(drawLine(us(1, { text: `Đây là mã tin:\n${code}`, copy: code, guarded: true }), say, true))
  expect(drawn).toContain(`data-code="${code}"`)
  expect(drawn.split(code)).toHaveLength(2)
  expect(drawn.match(/<span>[A-Z0-9]{4}/g)).toHaveLength(6)
})

test('nothing on the page needs what our policy forbids: no inline script or style, nothing of another site', () => {
  const page = pageOf({ lines: [us(1, question)] })
  expect(page.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/assets/chat.js">'])
  expect(page).not.toMatch(/\sstyle=|<style|\son[a-z]+=/)
  expect(page).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//)
})
