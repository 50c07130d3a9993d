// A commune as it is typed on the command line: its code, or a name.
import { findLocality as find } from '../localities/find.ts'
import { localityByCode } from '../localities/locality.ts'
import { Wrong } from './wrong.ts'

/** Its code. @throws Wrong naming what it could be */
export function communeOf (typed: string): string {
  if (localityByCode(typed) !== null) return typed
  const found = find(typed)
  if (found.kind === 'one') return found.locality.code
  const names = (found.kind === 'several' ? found.candidates.map(({ locality }) => locality) : found.near).map(({ code, fullName }) => `${fullName} (${code})`)
  throw new Wrong(names.length === 0 ? `No commune is called "${typed}".` : `"${typed}" could be: ${names.join('; ')}. Give the code.`)
}
