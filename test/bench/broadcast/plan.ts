// How long an officer waits for the plan of a bulletin while a province is subscribed, and how long others wait for that.
import { setTimeout as pause } from 'node:timers/promises'
import type { Audience, Content } from '../../../src/bulletins/content.ts'
import { planOf } from '../../../src/bulletins/plan.ts'
import { allLocalities } from '../../../src/localities/locality.ts'
import { alarm, everybody, lesson, warning } from '../../bulletins/newsroom.ts'
import { digits, percentile } from '../numbers.ts'
import { heading, table, target } from '../table.ts'
import type { Province } from './province.ts'
import { watchStalls } from './stall.ts'

const rounds = 20
/** An evening: some are asleep. */
const at = new Date('2026-11-25T22:10:00+07:00')

export async function plan ({ name, many, room }: Province): Promise<void> {
  heading(`Plan before sending: ${many} subscribers on all channels, ${name}`)
  const codes = allLocalities.map(({ code }) => code)
  const asked: [string, Content, Audience][] = [
    ['a lesson for everybody', lesson(), everybody],
    ['an alarm for everybody', alarm(at), everybody],
    ['a warning in one commune', warning(at), { ...everybody, localities: codes.slice(0, 1) }],
    ['a warning in ten communes', warning(at), { ...everybody, localities: codes.slice(0, 10) }],
  ]
  const rows: string[][] = []
  const stall = watchStalls()
  const slowest: number[] = []
  for (const [what, content, audience] of asked) {
    const times: number[] = []
    let people = 0
    stall.longest()
    for (let n = 0; n < rounds; n++) {
      const began = performance.now()
      people = (await planOf(room.orm.em.fork(), room, { kind: content.kind, content, audience, training: false, about: null }, at)).audience
      times.push(performance.now() - began)
      await pause(10)
    }
    if (audience.localities.length === 0) slowest.push(percentile(times, 95))
    rows.push([what, String(people), digits(percentile(times, 50)), digits(percentile(times, 95)), digits(stall.longest())])
  }
  stall.stop()
  table(['', 'people meant', 'ms p50', 'p95', 'others waited ms'], rows)
  target(`${name}: planned for everybody within 300 ms (p95): ${digits(Math.max(...slowest))} ms`, Math.max(...slowest) <= 300)
}
