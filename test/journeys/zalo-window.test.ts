// Zalo lets an account write for some days after a person last wrote. The officer is told when it is over, and the person when they are back.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { days, hours } from '../../src/clock.ts'
import { showTip } from '../../src/tips/show.ts'
import { Tip } from '../../src/tips/tip.ts'
import { says } from '../../src/locales.ts'
import { onZaloOa } from '../channels/zalo-oa/resident.ts'
import { onTelegram, type Resident } from '../people.ts'
import { sends, tells } from '../process/report.ts'
import type { KnownTip } from '../stubs/agency.ts'
import { aWorld, databases, until, type World } from '../world.ts'

const say = says.vi

describe.each(databases)('on %s', database => {
  let world: World
  let ahead = 0
  beforeAll(async () => { world = await aWorld({ database, clock: () => new Date(Date.now() + ahead) }) }, 60_000)
  afterAll(async () => { await world.stop() })

  function pass (ms: number): void {
    ahead += ms
    world.zaloOa.passes(ms)
  }

  async function reports (who: Resident): Promise<{ tip: KnownTip, code: string }> {
    const before = world.agency.tips.size
    await tells(who, 'Kho giấu ma túy trong vựa lúa đầu kinh')
    const code = await sends(who)
    await until(() => world.agency.tips.size > before)
    return { tip: [...world.agency.tips.values()].at(-1) as KnownTip, code }
  }

  async function answers (tip: KnownTip, text: string): Promise<unknown> {
    const response = await world.agency.says({ type: 'tip.message', data: { id: tip.id, text } }, { at: new Date(Date.now() + ahead) })
    return ((await response.json()) as { delivery?: unknown }).delivery
  }
  const officerReads = async (tip: KnownTip): Promise<string> => {
    const em = world.app.orm.em.fork()
    return await showTip(em, say, await em.findOneOrFail(Tip, { id: tip.id }), [world.keys.duty])
  }

  test('while she wrote lately the answer comes into her chat, and the officer reads that it is there', async () => {
    const lan = onZaloOa(world, 357)
    const { tip } = await reports(lan)
    expect(await answers(tip, 'Cảm ơn chị, tổ tuần tra đã xem')).toBe('on-its-way')
    await lan.hears(/tổ tuần tra đã xem/)
    await until(async () => (await officerReads(tip)).includes('(in the reporter’s chat)'))
  }, 60_000)

  test('when the window is over the officer hears so at once, nothing is sent, and she is told when she writes again', async () => {
    const hien = onZaloOa(world, 358)
    const { tip, code } = await reports(hien)
    pass(days(8))
    const asked = hien.heard().length
    expect(await answers(tip, 'Anh cho biết thêm biển số')).toBe('closed')
    expect(await officerReads(tip)).toContain('not in their chat: Zalo brings this person nothing until they write again')
    expect(hien.heard()).toHaveLength(asked)

    await hien.writes('xin chào')
    await hien.hears(new RegExp(say('chat.notice.waited').split('{{day}}')[1]?.slice(2, 40) ?? '-'))
    await hien.writes(`mã ${code}`)
    await hien.hears(/Anh cho biết thêm biển số/)
    expect(hien.heard().filter(text => text.includes('chưa nhắn được cho bạn'))).toHaveLength(1)
    await until(async () => (await officerReads(tip)).includes('(in the reporter’s chat)'))
  }, 60_000)

  test('between two and seven days, when Zalo would take money for it, it waits too, unless somebody said that it may cost', async () => {
    const tam = onZaloOa(world, 359)
    const { tip } = await reports(tam)
    pass(hours(50))
    expect(await answers(tip, 'Đã nhận thêm tin')).toBe('closed')
    await tam.writes('xin chào')
    await tam.hears(/chưa nhắn được cho bạn/)
  }, 60_000)

  test('who stopped the bot and comes back hears that an answer waits; the officer read why it did not come', async () => {
    const ba = onTelegram(world, 734_512_997)
    const { tip } = await reports(ba)
    await ba.leaves()
    await answers(tip, 'Cảm ơn bác')
    await until(async () => (await officerReads(tip)).includes('they stopped our messages there'))
    ba.person.unblocks()
    await ba.writes('/start')
    await ba.hears(/chưa nhắn được cho bạn/)
  }, 60_000)
})
