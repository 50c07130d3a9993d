// What the log tells of an error: enough to find the fault, nothing of a person or a secret.
import pino from 'pino'
import { expect, test } from 'vitest'
import { describeError } from '../src/log.ts'

function logged (error: unknown): { name: string, message: string } {
  const lines: string[] = []
  pino({ base: {}, serializers: { err: describeError } }, { write: (line: string) => { lines.push(line) } }).error({ err: error }, 'it failed')
  return (JSON.parse(lines[0] ?? '{}') as { err: { name: string, message: string } }).err
}

test('an error keeps its name and message, whether the caller described it or left that to the log', () => {
  const error = new TypeError('the disk is full')
  expect(logged(error)).toMatchObject({ name: 'TypeError', message: 'the disk is full' })
  expect(logged(describeError(error))).toMatchObject({ name: 'TypeError', message: 'the disk is full' })
})

test('what only looks described is not believed', () => {
  expect(logged({ name: 'Error', message: 'bot123456:a-token-that-nobody-scrubbed' })).toEqual({ name: 'object', message: 'not an Error' })
})

test('tokens, keys, codes and statements never get into the log', () => {
  for (const secret of ['bot123456:AAF-abc', 'whsec_MDEyMzQ1Njc4', 'AGE-SECRET-KEY-1QQQ', 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ23', 'postgresql://tin:bao@localhost/db']) {
    expect(logged(new Error(`it failed: ${secret}`)).message).not.toContain(secret)
  }
  expect(logged(new Error('insert into tip (story) values (\'Kho giấu ma túy\')')).message).not.toContain('ma túy')
})
