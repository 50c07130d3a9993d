// What the web chat is made of: its script, its style with our letters, and the texts of each language.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Assets, AssetSource, AssetSources } from '../http/assets.ts'
import { fontFaces, fontFiles } from '../http/fonts.ts'
import { languages, type Language, type Texts } from '../i18n.ts'
import type { ChatUrls } from './chat-page.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** For `buildAssets`; put together with the sources of other pages. Includes the fonts unless somebody else brings them. */
export function chatSources (texts: Record<Language, Texts>, { fonts = true } = {}): AssetSources {
  const style = readFileSync(here('./style.css'), 'utf8')
  return {
    scripts: { chat: here('./browser/chat.ts') },
    files: {
      ...(fonts ? fontFiles() : {}),
      'chat.css': { type: 'text/css', write: url => `${fontFaces(url)}${style}` },
      ...Object.fromEntries(languages.map((language): [string, AssetSource] => {
        const { chat, categories, site, officer: { genuineAsk, link } } = texts[language]
        return [`texts-${language}`, { type: 'application/json', bytes: new TextEncoder().encode(JSON.stringify({ chat, categories, site, officer: { genuineAsk, link } })) }]
      })),
    },
  }
}

export function chatUrls (assets: Assets): ChatUrls {
  return {
    script: assets.url('chat'),
    style: assets.url('chat.css'),
    texts: { vi: assets.url('texts-vi'), en: assets.url('texts-en'), km: assets.url('texts-km') },
  }
}
