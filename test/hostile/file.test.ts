// A file that lies about what it is: whoever sent it is told, and the tip goes its way.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { says } from '../../src/locales.ts'
import { onTelegram, onWebChat, type Resident } from '../people.ts'
import { sends, tells } from '../process/report.ts'
import { aWorld, until, type World } from '../world.ts'
import { photo } from '../tips/files.ts'

let world: World
beforeAll(async () => { world = await aWorld() })
afterAll(async () => { await world.stop() })

/** The first bytes of a Windows program. */
const program = new Uint8Array(3000)
program.set([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff])
const page = new TextEncoder().encode('<!doctype html><script>alert(1)</script>')
const archive = new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0, ...new Uint8Array(200)])

const ways: [string, () => Resident][] = [['Telegram', () => onTelegram(world, 7100)], ['the web chat', () => onWebChat(world)]]

test.each(ways)('on %s a program, a web page and an archive that call themselves photos are told of, and the tip and the real photo arrive', async (_, person) => {
  const known = new Set(world.agency.tips.keys())
  const lan = person()
  await tells(lan, 'Kho giấu ma túy trong vựa lúa đầu kinh')
  for (const bytes of [program, page, archive, await photo('jpeg')]) {
    await lan.sendsPhoto(bytes)
    await lan.hears(/tệp|ảnh/i)
  }
  await sends(lan)
  for (let told = 0; told < 3; told++) await lan.hears(new RegExp(says.vi('chat.files.wrongType').slice(0, 25)), 20_000)
  await until(() => [...world.agency.tips.values()].some(tip => !known.has(tip.id) && tip.files.length === 2), 20_000)
  const tip = [...world.agency.tips.values()].find(({ id }) => !known.has(id))
  expect(JSON.stringify(tip?.story)).toContain('vựa lúa đầu kinh')
  // Twice the same photo: as it came and cleaned; nothing of the others.
  expect(tip?.files.map(({ which }) => which).sort()).toEqual(['copy', 'original'])
  for (const { bytes } of tip?.files ?? []) expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8])
}, 60_000)
