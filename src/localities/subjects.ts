// What a story names so exactly that another story can name the same: a plate, a phone number, an account, a link. Pure.
import { visible } from './fold.ts'

/** It bounds the work a hostile text can cause; nobody needs more. */
const longestRead = 6000
const most = 10

const link = /(?:https?:\/\/)?(?<![\p{L}\p{N}@.-])(?:[a-z0-9-]+\.)+(?:com|vn|net|org|info|me|xyz|top|online|shop|site|app|link|cc|io|ly|club|vip|live|fun|asia|biz|store)(?![\p{L}\p{N}-])(?:\/[^\s"'“”<>]*)?/gu
/** Mobile and landline numbers, however they are spaced (domain reference 6.3). */
const phone = /(?<![\p{L}\p{N}])(?:\+?84|0)(?:[\s.()-]{0,2}\d){8,10}(?![\p{L}\p{N}])/gu
const isPhone = /^0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])\d{7}$|^02\d{9}$/
/** Of cars and motorbikes (domain reference 6.3). */
const plate = /(?<![\p{L}\p{N}])\d{2}[\s–-]{0,3}(?:m[dđ]\d?|[a-z]{2}|[a-z]\d?)[\s.–-]{0,3}(?:\d{3}[.\s]?\d{2}|\d{4})(?![\p{L}\p{N}])/gu
/** Accounts, cards, papers. */
const number = /(?<![\p{L}\p{N}])\d(?:[\s.-]?\d){7,18}(?![\p{L}\p{N}])/gu
const isMoneyOrDate = /^\d{1,3}(?:[.\s]\d{3})+$|^\d{1,2}[.\s-]\d{1,2}[.\s-](?:19|20)\d{2}$/

/** Each in one form however it was typed, with its kind before it; every one once, at most ten. Never throws. */
export function subjectsIn (text: string): string[] {
  let rest = visible(text.slice(0, longestRead)).normalize('NFC').toLowerCase().replace(/[\u17e0-\u17e9]/g, digit => String(digit.charCodeAt(0) - 0x17e0))
  const found = new Set<string>()
  /** What is one thing is not looked at again as another. */
  function take (pattern: RegExp, read: (typed: string) => string | null): void {
    rest = rest.replace(pattern, typed => {
      const subject = read(typed)
      if (subject === null) return typed
      found.add(subject)
      return ' , '
    })
  }
  take(link, typed => `link:${typed.replace(/^https?:\/\//, '').replace(/^(?:www|m)\./, '').replace(/[/.,;:!?)\]]+$/, '')}`)
  take(phone, typed => {
    const digits = typed.replace(/\D/g, '').replace(/^84/, '0')
    return isPhone.test(digits) ? `phone:${digits}` : null
  })
  take(plate, typed => `plate:${typed.replaceAll('đ', 'd').replace(/[^a-z0-9]/g, '')}`)
  take(number, typed => isMoneyOrDate.test(typed) ? null : `number:${typed.replace(/\D/g, '')}`)
  return [...found].slice(0, most)
}
