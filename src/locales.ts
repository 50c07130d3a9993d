// The texts of all three languages, for the server; the browser is given those of one.
import enBulletins from '../locales/en/bulletins.json' with { type: 'json' }
import enCategories from '../locales/en/categories.json' with { type: 'json' }
import enChat from '../locales/en/chat.json' with { type: 'json' }
import enNotice from '../locales/en/notice.json' with { type: 'json' }
import enOfficer from '../locales/en/officer.json' with { type: 'json' }
import enSite from '../locales/en/site.json' with { type: 'json' }
import enTelegram from '../locales/en/telegram.json' with { type: 'json' }
import enZalo from '../locales/en/zalo.json' with { type: 'json' }
import kmBulletins from '../locales/km/bulletins.json' with { type: 'json' }
import kmCategories from '../locales/km/categories.json' with { type: 'json' }
import kmChat from '../locales/km/chat.json' with { type: 'json' }
import kmNotice from '../locales/km/notice.json' with { type: 'json' }
import kmOfficer from '../locales/km/officer.json' with { type: 'json' }
import kmSite from '../locales/km/site.json' with { type: 'json' }
import kmTelegram from '../locales/km/telegram.json' with { type: 'json' }
import kmZalo from '../locales/km/zalo.json' with { type: 'json' }
import viBulletins from '../locales/vi/bulletins.json' with { type: 'json' }
import viCategories from '../locales/vi/categories.json' with { type: 'json' }
import viChat from '../locales/vi/chat.json' with { type: 'json' }
import viNotice from '../locales/vi/notice.json' with { type: 'json' }
import viOfficer from '../locales/vi/officer.json' with { type: 'json' }
import viSite from '../locales/vi/site.json' with { type: 'json' }
import viTelegram from '../locales/vi/telegram.json' with { type: 'json' }
import viZalo from '../locales/vi/zalo.json' with { type: 'json' }
import { speaker, type Language, type Say, type Texts } from './i18n.ts'

export const texts: Record<Language, Texts> = {
  vi: { bulletins: viBulletins, categories: viCategories, chat: viChat, notice: viNotice, officer: viOfficer, site: viSite, telegram: viTelegram, zalo: viZalo },
  en: { bulletins: enBulletins, categories: enCategories, chat: enChat, notice: enNotice, officer: enOfficer, site: enSite, telegram: enTelegram, zalo: enZalo },
  km: { bulletins: kmBulletins, categories: kmCategories, chat: kmChat, notice: kmNotice, officer: kmOfficer, site: kmSite, telegram: kmTelegram, zalo: kmZalo },
}

/** Says any text in any language. */
export const says: Record<Language, Say> = { vi: speaker('vi', texts.vi), en: speaker('en', texts.en), km: speaker('km', texts.km) }
