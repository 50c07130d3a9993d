// The parts of the page that the script takes hold of, and saying the page's own words in another language.
import { isLanguage } from './languages.ts'
import type { Language, Say, TextKey } from '../../i18n.ts'

export interface Page {
  main: HTMLElement
  log: HTMLElement
  status: HTMLElement
  panel: HTMLElement
  form: HTMLFormElement
  text: HTMLTextAreaElement
  files: HTMLInputElement
  location: HTMLElement
}

/** @throws Error when this is not the page we wrote */
export function findPage (): Page {
  return {
    main: part('#main', HTMLElement),
    log: part('#log', HTMLElement),
    status: part('#status', HTMLElement),
    panel: part('#panel', HTMLElement),
    form: part('#chat', HTMLFormElement),
    text: part('#text', HTMLTextAreaElement),
    files: part('#files', HTMLInputElement),
    location: part('#location', HTMLElement),
  }
}

export function part<T extends Element> (selector: string, kind: new () => T, within: ParentNode = document): T {
  const found = within.querySelector(selector)
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`)
  return found
}

export function languageOfPage ({ main }: Page): Language {
  const language = main.dataset.language
  return isLanguage(language) ? language : 'vi'
}

/** The texts file of a language, as the page names it. */
export function textsAddress ({ main }: Page, language: Language): string {
  return main.getAttribute(`data-texts-${language}`) ?? ''
}

/** Every element that names its text says it anew. */
export function sayPage (page: Page, language: Language, say: Say): void {
  document.documentElement.lang = language
  page.main.dataset.language = language
  document.title = say('site.title')
  each('data-text', (element, words) => { element.textContent = words })
  each('data-label', (element, words) => { element.setAttribute('aria-label', words) })
  each('data-hint', (element, words) => { element.setAttribute('title', words) })
  each('data-placeholder', (element, words) => { element.setAttribute('placeholder', words) })
  for (const link of document.querySelectorAll('.languages a')) {
    if (link.getAttribute('data-language') === language) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }

  function each (name: string, set: (element: Element, words: string) => void): void {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      // Written by our own page: it is a key.
      set(element, say((element.getAttribute(name) ?? '') as TextKey))
    }
  }
}
