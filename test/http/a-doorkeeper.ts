// A doorkeeper for tests of what lies behind the doors: nobody else is there, so nobody is asked for anything.
import type { Clock } from '../../src/clock.ts'
import { makeCrowd } from '../../src/http/crowd.ts'
import { makeDoorkeeper, type Doorkeeper } from '../../src/http/doorkeeper.ts'
import { makePuzzles } from '../../src/http/puzzle.ts'
import type { ServerKeys } from '../../src/server-key.ts'

export function aDoorkeeper (keys: ServerKeys, clock: Clock): Doorkeeper {
  return makeDoorkeeper({ crowd: makeCrowd(), puzzles: makePuzzles(keys, async () => true), clock })
}
