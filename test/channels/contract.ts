// One suite of sentences that runs against every channel, through its real door. Each database has a file of its own, so that they run side by side.
import { readFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Language, TextKey } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { onTelegram, onWebChat, type Resident } from '../people.ts'
import { onZaloBot } from './zalo-bot/resident.ts'
import { onZaloOa } from './zalo-oa/resident.ts'
import { aWorld, until, type DatabaseName, type World } from '../world.ts'

const vi = says.vi
/** A text of ours, as a pattern: its first line, with blanks filled in any way. */
const words = (key: TextKey, language: Language = 'vi'): RegExp =>
  new RegExp((says[language](key).split('\n')[0] ?? '').replaceAll(/[.*+?^$()[\]|\\]/g, '\\$&').replaceAll(/\{\{\w+\}\}/g, '.*'))
const codePattern = /[0-9A-Z]{4}(-[0-9A-Z]{4}){5}/

interface Way {
  name: string
  updates?: 'polling' | 'webhook'
  person: (world: World, number: number) => Resident
}
const ways: Way[] = [
  { name: 'Telegram by polling', updates: 'polling', person: (world, number) => onTelegram(world, 7_341_000_000 + number) },
  { name: 'Telegram by webhook', updates: 'webhook', person: (world, number) => onTelegram(world, 7_342_000_000 + number) },
  { name: 'Zalo Bot by polling', updates: 'polling', person: (world, number) => onZaloBot(world.zaloBot, `6ede9afa66b88fe6${String(number).padStart(4, '0')}`) },
  { name: 'Zalo Bot by webhook', updates: 'webhook', person: (world, number) => onZaloBot(world.zaloBot, `6ede9afa66b88fe7${String(number).padStart(4, '0')}`) },
  { name: 'the Zalo Official Account', person: (world, number) => onZaloOa(world, number) },
  { name: 'the web chat without scripts', person: world => onWebChat(world) },
]

/** Tells a story from the menu to the review. */
async function tells (who: Resident, story: string): Promise<void> {
  await who.writes('báo tin')
  await who.hears(/nguy hiểm ngay lúc này không/)
  await who.presses(vi('chat.report.dangerNo'))
  await who.hears(/Chuyện gì vậy/)
  await who.writes(story)
  await who.hears(words('chat.report.suggested'))
  await who.presses(/^Ma túy$/)
  for (const question of ['unconscious', 'minors', 'marks'] as const) {
    await who.hears(words(`categories.drugs.questions.${question}`))
    await who.presses(vi('chat.nav.skip'))
  }
  await who.hears(words('chat.report.where'))
  await who.writes('phuong long xuyen')
  await who.hears(words('chat.report.whereDetail'))
  await who.presses(vi('chat.nav.skip'))
  await who.hears(words('chat.report.when'))
  await who.presses(vi('chat.report.whenToday'))
  await who.hears(/ảnh, video/)
}

async function sends (who: Resident): Promise<string> {
  await who.hears(/ẩn danh/)
  await who.presses(new RegExp(`^(${vi('chat.report.identityOk')}|${vi('chat.report.anonymous')})$`))
  await who.hears(/xem lại trước khi gửi/)
  await who.presses(vi('chat.report.send'))
  const code = codePattern.exec(await who.hears(codePattern))?.[0]
  if (code === undefined) throw new Error('No code was heard.')
  return code
}

export function contract (database: DatabaseName): void {
  describe.each(ways)('$name', ({ updates, person }) => {
    let world: World
    let number = 0
    const somebody = (): Resident => person(world, ++number)
    beforeAll(async () => { world = await aWorld({ database, ...(updates === undefined ? {} : { updates }) }) })
    afterAll(async () => { await world.stop() })

    test('somebody new hears hello, the numbers to call, and is asked for a language, once', async () => {
      const lan = somebody()
      await lan.writes('xin chào')
      expect(await lan.hears(/Tin Báo/)).toMatch(/113[^]*114[^]*115/)
      await lan.hears(/tiếng nào/)
      await lan.presses('English')
      await lan.hears(/English/)
      await lan.writes('menu')
      await lan.hears(words('chat.menu.ask', 'en'))
      expect(lan.heard().filter(text => /Which language|tiếng nào/.test(text))).toHaveLength(1)
    })

    test('a tip goes to the agency sealed, and its code opens it again', async () => {
      const lan = somebody()
      await tells(lan, 'Quán cà phê đầu hẻm bán ma túy mỗi tối')
      await lan.presses(/Không có tệp nào|^Xong$/)
      const code = await sends(lan)
      await lan.hears(/Việc tiếp theo/)

      await until(() => [...world.agency.tips.values()].some(tip => JSON.stringify(tip.story).includes('đầu hẻm bán ma túy')))
      const [tip] = [...world.agency.tips.values()].filter(t => JSON.stringify(t.story).includes('đầu hẻm bán ma túy'))
      expect(tip?.clear).toMatchObject({ category: 'drugs', commune: '30307' })
      expect(world.agency.requests.map(request => request.body).join()).not.toContain('hẻm')

      await lan.writes(`mã của tôi: ${code.toLowerCase()}`)
      await lan.hears(words('chat.followUp.status.received'))
      await lan.hears(words('chat.followUp.next'))
      await lan.presses(vi('chat.followUp.add'))
      await lan.hears(words('chat.followUp.more'))
      await lan.writes('Biển số 67A-123.45')
      await lan.hears(words('chat.followUp.moreFiles'))
      await lan.presses(vi('chat.nav.noFiles'))
      await lan.hears(/Đã thêm vào tin/)
      await until(() => JSON.stringify(tip?.added).includes('67A-123.45'))
    })

    test('an officer\'s answer arrives in the chat, and a question can be answered there', async () => {
      const lan = somebody()
      await tells(lan, 'Bán ma túy sau trường học, giờ tan học nào cũng có')
      await lan.presses(/Không có tệp nào|^Xong$/)
      await sends(lan)
      await until(() => [...world.agency.tips.values()].some(tip => JSON.stringify(tip.story).includes('sau trường học')))
      const tip = [...world.agency.tips.values()].find(t => JSON.stringify(t.story).includes('sau trường học'))
      const answer = await world.agency.says({ type: 'tip.request-information', data: { id: tip?.id ?? '', text: 'Người bán đi xe màu gì?' } })
      expect(answer.status).toBe(200)
      await lan.hears(/Người bán đi xe màu gì/)
    })

    test('a photo is sealed twice over, and the copy for officers does not tell where it was taken', async () => {
      const lan = somebody()
      const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#a33' } }).jpeg().withExif({ IFD0: { Artist: 'Nguyễn Thị Lan' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '10/1 22/1 0/1' } }).toBuffer()
      await tells(lan, 'Có người giao ma túy bằng xe máy, tôi chụp được')
      await lan.sendsPhoto(photo)
      await lan.hears(/Đã nhận tệp \(1\/10\)/)
      await lan.presses(/^Xong$/)
      await sends(lan)
      await until(() => [...world.agency.tips.values()].some(tip => tip.files.length === 2), 20_000)
      const files = [...world.agency.tips.values()].flatMap(tip => tip.files)
      const original = Buffer.from(files.find(file => file.which === 'original')?.bytes ?? [])
      const copy = Buffer.from(files.find(file => file.which === 'copy')?.bytes ?? [])
      expect(original.includes('Lan')).toBe(true)
      expect(copy.includes('Lan')).toBe(false)
      expect((await sharp(copy).metadata()).exif).toBeUndefined()
      expect((await sharp(copy).metadata()).width).toBe(64)
    })

    test('a button tapped twice at once is one answer', async () => {
      const lan = somebody()
      await lan.writes('báo tin')
      await lan.hears(/nguy hiểm ngay lúc này không/)
      await lan.pressesTwice(vi('chat.report.dangerNo'))
      await lan.hears(/Chuyện gì vậy/)
      await new Promise(resolve => setTimeout(resolve, 600))
      expect(lan.heard().filter(text => /Chuyện gì vậy/.test(text))).toHaveLength(1)
    })

    test('a half-told story survives a restart and is offered again', async () => {
      const lan = somebody()
      await lan.writes('báo tin')
      await lan.presses(vi('chat.report.dangerNo'))
      await lan.hears(/Chuyện gì vậy/)
      await lan.writes('Ba thanh niên bán ma túy đá ở bến phà')
      await lan.hears(words('chat.report.suggested'))
      await world.restart()
      await lan.writes('menu')
      await lan.presses(vi('chat.menu.resume'))
      await lan.hears(words('chat.report.suggested'))
    })

    test('an opinion is declined kindly and nowhere kept', async () => {
      const lan = somebody()
      await lan.writes('báo tin')
      await lan.presses(vi('chat.report.dangerNo'))
      await lan.hears(/Chuyện gì vậy/)
      await lan.writes('Ông Bảy hàng xóm hay nói xấu chính quyền trên Facebook')
      await lan.hears(/không nhận và không lưu/)
      expect(await onDisk(world)).not.toContain('nói xấu')
    })

    test('subscribing, seeing what is held, and forgetting it all', async () => {
      const lan = somebody()
      await lan.writes('nhận tin')
      await lan.hears(words('chat.subscribe.intro'))
      await lan.presses(vi('chat.subscribe.agree'))
      await lan.hears(words('chat.subscribe.level'))
      await lan.presses(vi('chat.subscribe.levelAll'))
      await lan.hears(words('chat.subscribe.topics'))
      await lan.presses(vi('chat.subscribe.topic.scams'))
      await lan.hears(words('chat.subscribe.topics'))
      await lan.presses(vi('chat.nav.done'))
      await lan.hears(words('chat.subscribe.area'))
      await lan.presses(vi('chat.subscribe.areaAll'))
      await lan.hears(words('chat.subscribe.frequency'))
      await lan.presses(vi('chat.subscribe.frequencyWeekly'))
      await lan.hears(words('chat.subscribe.quiet'))
      await lan.presses(vi('chat.subscribe.quietNight'))
      await lan.hears(/Bạn sẽ nhận/)
      await lan.writes('dữ liệu của tôi')
      expect(await lan.hears(/đang giữ/)).toContain(vi('chat.myData.subscription'))
      await lan.presses(vi('chat.myData.forget'))
      await lan.hears(words('chat.myData.sure'))
      await lan.presses(vi('chat.myData.sureYes'))
      await lan.hears(/không còn giữ gì/)
      await lan.writes('dữ liệu của tôi')
      expect(await lan.hears(/đang giữ/)).toContain(vi('chat.myData.none'))
    })

    test('NUL, lone surrogates and words in another alphabet are taken as text', async () => {
      const lan = somebody()
      await lan.writes('báo\u0000 tin')
      await lan.presses(vi('chat.report.dangerNo'))
      await lan.hears(/Chuyện gì vậy/)
      await lan.writes('ma túy \ud800 \u200b\u202e ក្រោយផ្សារ \'; drop table tip; --')
      await lan.hears(words('chat.report.suggested'))
      await lan.presses(/^Ma túy$/)
      await lan.hears(words('categories.drugs.questions.unconscious'))
      expect((await world.app.orm.em.fork().execute<{ n: number | string }[]>('select count(*) as n from tip'))[0]).toBeDefined()
    })

    test('nothing that was told, no code and no address can be read on the disk or in the logs', async () => {
      const lan = somebody()
      await tells(lan, 'Kho giấu ma túy trong vựa lúa của ông Sáu Lúa')
      await lan.presses(/Không có tệp nào|^Xong$/)
      const code = await sends(lan)
      await until(() => [...world.agency.tips.values()].some(tip => JSON.stringify(tip.story).includes('Sáu Lúa')))
      // Ten digits: six turn up in a time of the log by chance.
      for (const secret of ['Sáu Lúa', 'vựa lúa', code, code.replaceAll('-', ''), code.slice(10), String(7_341_000_000 + number), String(7_342_000_000 + number), world.telegram.token, world.zaloBot.token, '6ede9afa66b88fe6', '6ede9afa66b88fe7', `2468${String(number).padStart(15, '0')}`, world.zaloOa.refreshToken(), world.zaloOa.accessToken()]) {
        expect(await onDisk(world), secret).not.toContain(secret)
        expect(world.logged(), secret).not.toContain(secret)
      }
    })
  })
}

/** Every byte under the data folder, as text. */
async function onDisk (world: World): Promise<string> {
  const files = existsSync(world.dataDir) ? readdirSync(world.dataDir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()) : []
  return files.map(file => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n')
}
