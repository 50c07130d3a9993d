// What Zalo's refusals mean when they are about an article or a broadcast (zalo.md 3.6, 5).
import { SendError } from '../send-error.ts'
import type { Answered } from './call.ts'
import { refusalOf } from './errors.ts'

/** @param step what was asked for: `create`, `verify`, `update`, `remove`, `broadcast` */
export function articleRefusal ({ code, says }: Answered, step: string, now: Date): SendError {
  const refused = `Zalo refused with ${code}`
  // One code, two meanings: only the sentence tells them apart.
  if (step === 'create' && code === -223 && /quota/i.test(says)) {
    return new SendError('notAllowed', `${refused}: the articles of this month are used up in the package of the Official Account. Remove an old article, take a higher package, or post it next month.`)
  }
  if (step === 'broadcast' && (code === -211 || (code === -223 && /quota/i.test(says)))) {
    return new SendError('notAllowed', `${refused}: the broadcasts of this month are used up in the package of the Official Account. The article is there, but followers are not told of it.`)
  }
  if (code === -201 && (step === 'create' || step === 'verify' || step === 'update')) {
    return new SendError('rejected', `${refused}: it does not take this article. Its cover must be a JPEG or PNG of at most 1 MB at an address that Zalo can reach from outside.`)
  }
  if (code === -201 && step === 'broadcast') return new SendError('rejected', `${refused}: it does not take this broadcast. Check the codes in ZALO_OA_BROADCAST_CITIES, and whether the article is still there.`)
  if (code === -201) return new SendError('rejected', `${refused}: it does not know this article.`)
  return refusalOf(code, now)
}
