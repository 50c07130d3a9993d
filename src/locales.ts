// The texts of all three languages, for the server; the browser is given those of one.
import enCategories from '../locales/en/categories.json' with { type: 'json' }
import enChat from '../locales/en/chat.json' with { type: 'json' }
import enSite from '../locales/en/site.json' with { type: 'json' }
import enTelegram from '../locales/en/telegram.json' with { type: 'json' }
import enZalo from '../locales/en/zalo.json' with { type: 'json' }
import kmCategories from '../locales/km/categories.json' with { type: 'json' }
import kmChat from '../locales/km/chat.json' with { type: 'json' }
import kmSite from '../locales/km/site.json' with { type: 'json' }
import kmTelegram from '../locales/km/telegram.json' with { type: 'json' }
import kmZalo from '../locales/km/zalo.json' with { type: 'json' }
import viCategories from '../locales/vi/categories.json' with { type: 'json' }
import viChat from '../locales/vi/chat.json' with { type: 'json' }
import viSite from '../locales/vi/site.json' with { type: 'json' }
import viTelegram from '../locales/vi/telegram.json' with { type: 'json' }
import viZalo from '../locales/vi/zalo.json' with { type: 'json' }
import { speaker, type Language, type Say, type Texts } from './i18n.ts'

export const texts: Record<Language, Texts> = {
  vi: { categories: viCategories, chat: viChat, site: viSite, telegram: viTelegram, zalo: viZalo },
  en: { categories: enCategories, chat: enChat, site: enSite, telegram: enTelegram, zalo: enZalo },
  km: { categories: kmCategories, chat: kmChat, site: kmSite, telegram: kmTelegram, zalo: kmZalo },
}

/** Says any text in any language. */
export const says: Record<Language, Say> = { vi: speaker('vi', texts.vi), en: speaker('en', texts.en), km: speaker('km', texts.km) }
