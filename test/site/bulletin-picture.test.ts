// The picture beside a link: our letters on every machine, nothing cut off, whatever the headline is.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '../../src/bulletins/content.ts'
import { previewPainter, type Preview } from '../../src/site/bulletin-picture.ts'
import { writable } from '../../src/site/picture-letters.ts'

const preview: Preview = { kind: 'warning', band: 'Cảnh báo', state: 'valid', headline: 'Cuộc gọi giả danh công an, đòi chuyển tiền: ỡ Ẩ ắ', source: 'Công an tỉnh An Giang', moment: '14:30 ngày 24/11/2026', code: 'TB-K7M2-Q49' }
let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'letters-')) })
afterAll(async () => { await rm(folder, { recursive: true }) })

const paint = async (more: Partial<Preview>): Promise<Buffer> => Buffer.from(await previewPainter(folder)('one', { ...preview, ...more }))

/** How many points of a stretch are darker than the paper. */
async function inked (picture: Buffer, left: number, top: number, width: number, height: number): Promise<number> {
  const points = await sharp(picture).extract({ left, top, width, height }).greyscale().raw().toBuffer()
  return points.filter(point => point < 128).length
}

describe('a preview', () => {
  test('looks the same on a machine without any letters installed', async () => {
    await writeFile(join(folder, 'none.conf'), `<?xml version="1.0"?><fontconfig><cachedir>${folder}/no-cache</cachedir></fontconfig>`)
    const script = `import { previewPainter } from ${JSON.stringify(new URL('../../src/site/bulletin-picture.ts', import.meta.url).href)}
process.stdout.write(Buffer.from(await previewPainter(${JSON.stringify(join(folder, 'elsewhere'))})('one', ${JSON.stringify(preview)})).toString('base64'))`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, FONTCONFIG_FILE: join(folder, 'none.conf') }, maxBuffer: 10_000_000 })
    expect(stderr).toBe('')
    expect(Buffer.from(stdout, 'base64').equals(await paint({}))).toBe(true)
  })

  test.each(kinds)('of a %s is drawn, in Khmer too', async kind => {
    const picture = await paint({ kind, headline: 'ការហៅទូរស័ព្ទក្លែងបន្លំជានគរបាល', band: 'ការព្រមាន' })
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'png', width: 1200, height: 630 })
    expect(await inked(picture, 64, 178, 1072, 300)).toBeGreaterThan(3000)
  })

  test.each([
    ['very long', 'Mưu mẹo mới của kẻ gian '.repeat(60)], ['one endless word', 'a'.repeat(3000)], ['empty', ''], ['nothing but emoji', '🚨🔥💸'], ['markup', '<b>&amp;</b> <span foreground="red">'], ['broken', '\ud800\0\u202e'],
  ])('keeps its place and its edges with a headline that is %s', async (_, headline) => {
    const picture = await paint({ headline, source: `${headline} x`.slice(0, 400), band: `${headline} x`.slice(0, 400) })
    // Between the headline and the line below it, and along both sides, is paper.
    expect([await inked(picture, 0, 480, 1200, 18), await inked(picture, 0, 140, 56, 470), await inked(picture, 1144, 140, 56, 470)]).toEqual([0, 0, 0])
  })

  test('of what was withdrawn or is an exercise has another colour', async () => {
    const colours = await Promise.all((['valid', 'training', 'ended', 'withdrawn'] as const).map(async state => [...await sharp(await paint({ state })).extract({ left: 5, top: 5, width: 1, height: 1 }).removeAlpha().raw().toBuffer()].join()))
    expect(new Set(colours).size).toBe(4)
  })

  test('is drawn once for all who ask, and again when drawing failed', async () => {
    const painter = previewPainter(folder)
    const [one, other] = await Promise.all([painter('a', preview), painter('a', preview)])
    expect(one).toBe(other)
    await expect(painter('b', { ...preview, kind: 'none' as never, headline: null as never })).rejects.toThrow()
    expect((await painter('b', preview)).length).toBeGreaterThan(1000)
  })
})

test('what our letters can not write is left out, the rest stays', () => {
  expect(writable('Cháy 🔥 ở chợ\u200b Mỹ Long → tránh xa\n漢字 “ngoặc” – 1.000₫')).toBe('Cháy ở chợ Mỹ Long tránh xa “ngoặc” – 1.000₫')
  expect(writable('ស្ត្រី')).toBe('ស្ត្រី')
  expect(writable('Tiê\u0301ng Viê\u0323t')).toBe('Tiếng Việt')
})
