// The address under which the agency fetches a sealed file: who has it may, for seven days; nobody can make one up.
import { timingSafeEqual } from 'node:crypto'
import { days } from '../clock.ts'
import type { ServerKeys } from '../server-key.ts'
import type { Which } from './sealed-files.ts'

const validFor = days(7)

/** @param publicUrl without a trailing slash */
export function attachmentLink (keys: ServerKeys, publicUrl: string, publicId: string, which: Which, now: Date): string {
  const until = String(Math.floor((now.getTime() + validFor) / 1000))
  return `${publicUrl}/agency/attachments/${publicId}/${which}?until=${until}&token=${tokenOf(keys, publicId, which, until)}`
}

/** Whether such an address was made by us and has not run out. */
export function isGoodLink (keys: ServerKeys, publicId: string, which: Which, until: string, token: string, now: Date): boolean {
  const expected = Buffer.from(tokenOf(keys, publicId, which, until))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected) && Number(until) * 1000 >= now.getTime()
}

function tokenOf (keys: ServerKeys, publicId: string, which: Which, until: string): string {
  return keys.tag(`${publicId}/${which}/${until}`, 'agency attachment')
}
