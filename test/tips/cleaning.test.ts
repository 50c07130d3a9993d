// Cleaning: nobody's name, place or device goes with a file to the officers' copy, and the file can still be opened.
import { crc32, deflateSync } from 'node:zlib'
import { PDFDocument } from '@cantoo/pdf-lib'
import { strToU8, unzipSync, zipSync } from 'fflate'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { cleanFile } from '../../src/tips/cleaning/clean.ts'
import { fileCleaner } from '../../src/tips/cleaning/clean-in-worker.ts'
import { cleanImage } from '../../src/tips/cleaning/image-server.ts'
import { sniff } from '../../src/tips/cleaning/kind.ts'
import { author, box, docx, film, has, heic, joined, mp3, odt, ogg, pdf, photo, place, u32, wav, webm, xlsx } from './files.ts'

const tools = { image: cleanImage }
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

async function cleaned (bytes: Uint8Array): Promise<Uint8Array> {
  expect(has(bytes, author) || has(bytes, place), 'the test file must have something to hide').toBe(true)
  const before = Uint8Array.from(bytes)
  const result = await cleanFile(bytes, (await sniff(bytes))?.mime ?? '', tools)
  expect(result.cleaned).toBe('yes')
  expect(bytes).toEqual(before)
  expect(has(result.bytes, author)).toBe(false)
  expect(has(result.bytes, place)).toBe(false)
  return result.bytes
}

describe('what a file is', () => {
  test.each([
    ['a photo', () => photo('jpeg'), 'image/jpeg', 'photo'],
    ['a picture', () => photo('png'), 'image/png', 'photo'],
    ['a sticker-like picture', () => photo('webp'), 'image/webp', 'photo'],
    ["an iPhone's photo", heic, 'image/heic', 'photo'],
    ['a film', film, 'video/mp4', 'video'],
    ["an iPhone's film", () => film({ brand: 'qt  ' }), 'video/quicktime', 'video'],
    ["an old phone's film", () => film({ brand: '3gp5' }), 'video/3gpp', 'video'],
    ['a film without pictures', () => film({ video: false }), 'audio/mp4', 'voice'],
    ["a browser's film", () => webm('V_VP8'), 'video/webm', 'video'],
    ["a browser's voice note", () => webm('A_OPUS'), 'audio/webm', 'voice'],
    ["Telegram's voice note", () => ogg(), 'audio/ogg', 'voice'],
    ['a song', () => mp3, 'audio/mpeg', 'voice'],
    ['a recording', () => wav, 'audio/wav', 'voice'],
    ['an old voice note', () => joined('#!AMR\n', new Uint8Array(40)), 'audio/amr', 'voice'],
    ['a PDF', pdf, 'application/pdf', 'document'],
    ['a Word document', docx, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document'],
    ['a table', xlsx, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'document'],
    ['a LibreOffice document', odt, 'application/vnd.oasis.opendocument.text', 'document'],
    ['a note', () => strToU8('Họ đua xe lúc 21h\r\nở cầu'), 'text/plain', 'document'],
  ] as const)('%s is known by its bytes', async (_, make, mime, kind) => {
    expect(await sniff(await make())).toMatchObject({ mime, kind })
  })

  test.each([
    ['nothing', ''],
    ['a program', joined('MZ', new Uint8Array(200))],
    ['a Linux program', joined([0x7f], 'ELF', new Uint8Array(200))],
    ['an archive', zipSync({ 'a.exe': strToU8('x') })],
    ['a web page', ' <!DOCTYPE html><script>1</script>'],
    ['a drawing with script', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
    ['a text with control characters', 'abc\u0001'],
    ['bytes', [200, 201, 202, 203]],
    ['a type of no meaning', joined('__proto__', [0])],
  ])('%s is not taken', async (_, content) => {
    expect(await sniff(joined(content))).toBeNull()
  })
})

describe('pictures', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('a %s loses name, device and place, and stands upright', async (type) => {
    const before = await photo(type)
    expect((await sharp(before).metadata()).exif).toBeDefined()
    const after = await sharp(await cleaned(before)).metadata()
    expect(after.format).toBe(type)
    expect([after.exif, after.xmp, after.icc, after.iptc]).toEqual([undefined, undefined, undefined, undefined])
    if (type !== 'webp') expect([after.width, after.height, after.orientation ?? 1]).toEqual([20, 40, 1])
  })

  test('a moving picture still moves', async () => {
    const stills = await Promise.all(['red', 'blue'].map((background) => sharp({ create: { width: 8, height: 8, channels: 3, background } }).png().toBuffer()))
    const frames = await sharp(stills, { join: { animated: true } }).gif({ delay: [50, 50] }).toBuffer()
    const after = await cleanFile(frames, 'image/gif', tools)
    expect(after.cleaned).toBe('yes')
    expect((await sharp(after.bytes).metadata()).pages).toBe(2)
  })

  test("an iPhone's picture loses what it says in Exif and keeps its points", async () => {
    const before = heic()
    const after = await cleaned(before)
    expect(after).toHaveLength(before.length)
    expect(has(after, 'PICTURE')).toBe(true)
  })

  test('a picture too large to draw is still cut clean', async () => {
    const refuse = { image: () => Promise.reject(new Error('too large')) }
    for (const type of ['jpeg', 'png'] as const) {
      const before = joined(await photo(type), 'SamsungTrailer', author)
      const after = await cleanFile(before, `image/${type}`, refuse)
      expect(after.cleaned).toBe('yes')
      expect(has(after.bytes, author) || has(after.bytes, 'SamsungTrailer')).toBe(false)
      const { exif, width } = await sharp(after.bytes).metadata()
      expect([exif, width]).toEqual([undefined, 40])
      expect(await sharp(after.bytes).raw().toBuffer()).toEqual(await sharp(before).raw().toBuffer())
    }
  })

  test('a bomb of a picture is not unpacked', async () => {
    // A small picture that claims to be 60 000 points wide and high.
    const bomb = Buffer.from(await photo('png'))
    bomb.writeUInt32BE(60_000, 16)
    bomb.writeUInt32BE(60_000, 20)
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
    await expect(cleanImage(bomb, 'image/png')).rejects.toThrow(/pixel limit/)
  })
})

describe('films and sounds', () => {
  test('a film loses places, devices, names and times, also of a hidden track; pictures and sound stay where they were', async () => {
    const before = film()
    const after = await cleaned(before)
    expect(after).toHaveLength(before.length)
    expect(Buffer.from(after).indexOf('PICTURESOUNDS')).toBe(Buffer.from(before).indexOf('PICTURESOUNDS'))
    expect(has(after, 'com.apple.quicktime')).toBe(false)
    expect(Buffer.from(after).includes(Buffer.from(u32(0xdddddddd)))).toBe(false)
    expect(Buffer.from(after).toString('latin1').match(/trak/g)).toHaveLength(2)
    expect(await sniff(after)).toMatchObject({ mime: 'video/mp4', kind: 'video' })
  })

  test('a table of samples that lies neither hangs us nor reaches outside', async () => {
    const moov = (sizes: number[], chunks: number[]): Uint8Array => joined(box('ftyp', 'isom', u32(0)), box('moov', box('trak', box('mdia', box('hdlr', u32(0, 0), 'meta', u32(0)), box('minf', box('stbl',
      box('stsz', u32(0, ...sizes)), box('stsc', u32(0, 1, 1, 0xffffffff, 1)), box('stco', u32(0, ...chunks))))))))
    for (const bytes of [moov([1, 0xffffffff], [2, 0, 0]), moov([0, 3, 1, 1], [1, 0]), moov([5, 9], [0xffffffff]), moov([0xffffffff, 9], [1, 4])]) {
      expect(await cleanFile(bytes, 'video/mp4', tools)).toEqual({ cleaned: 'could-not', bytes, mime: 'video/mp4', why: 'broken' })
    }
  })

  test.each(['V_VP8', 'A_OPUS'] as const)('a WebM (%s) as browsers record it loses titles, dates, programs and tags', async (codec) => {
    const before = webm(codec)
    const after = await cleaned(before)
    expect(after).toHaveLength(before.length)
    expect(has(after, 'FRAME') && has(after, codec)).toBe(true)
  })

  test('an MP3 loses the notes before and after the sound', async () => {
    expect(await cleaned(mp3)).toHaveLength(3 * 417)
  })

  test('a WAV loses its notes and keeps its sound', async () => {
    const after = await cleaned(wav)
    expect(after).toHaveLength(wav.length)
    expect(has(after, 'SOUNDSSS')).toBe(true)
  })

  test("a messenger's voice note passes; one with notes of a person is said to be not clean", async () => {
    expect((await cleanFile(ogg('encoder=Lavc'), 'audio/ogg', tools)).cleaned).toBe('yes')
    expect(await cleanFile(ogg(`ARTIST=${author}`), 'audio/ogg', tools)).toMatchObject({ cleaned: 'could-not', why: 'kind' })
    expect((await cleanFile(strToU8('chào'), 'text/plain', tools)).cleaned).toBe('not-needed')
  })
})

describe('documents', () => {
  test('a PDF loses its author, its dates, its old versions and the place in its pictures; its pages stay', async () => {
    const after = await cleaned(await pdf())
    const opened = await PDFDocument.load(after, { updateMetadata: false })
    expect(opened.getPageCount()).toBe(1)
    expect([opened.getAuthor(), opened.getTitle(), opened.getProducer(), opened.getCreationDate()]).toEqual([undefined, undefined, undefined, undefined])
    const plain = await opened.save({ useObjectStreams: false })
    for (const hidden of [author, 'xmpmeta', 'D:2026', 'Phone of An', 'Exif']) expect(has(plain, hidden), hidden).toBe(false)
    expect(has(plain, 'ghi chu') || has(plain, Buffer.from('ghi chu').toString('hex'))).toBe(true)
    expect(has(plain, 'DCTDecode')).toBe(true)
  })

  test('a PDF with a password is said to be locked', async () => {
    const locked = await PDFDocument.create()
    locked.addPage()
    locked.encrypt({ userPassword: 'x', ownerPassword: 'y' })
    const bytes = await locked.save()
    expect(await cleanFile(bytes, 'application/pdf', tools)).toMatchObject({ cleaned: 'could-not', why: 'locked', bytes })
  })

  test.each([['docx', docx], ['odt', odt], ['xlsx', xlsx]] as const)('%s: no part of it names anybody any more, and the program still knows it', async (_, make) => {
    const before = await make()
    const result = await cleanFile(before, (await sniff(before))?.mime ?? '', tools)
    expect(result.cleaned).toBe('yes')
    const parts = unzipSync(result.bytes)
    expect(Object.values(unzipSync(before)).some((part) => has(part, author))).toBe(true)
    for (const [name, part] of Object.entries(parts)) {
      for (const hidden of [author, 'Phone of An', 'thumbnail', '2026-11', '00AB12CD']) expect(has(part, hidden), `${name}: ${hidden}`).toBe(false)
    }
    expect(Object.keys(parts).filter((name) => /thumbnail/i.test(name))).toEqual([])
    expect(await sniff(result.bytes)).toEqual(await sniff(before))
  })

  test('the text and the pictures of a Word document stay', async () => {
    const parts = unzipSync((await cleanFile(await docx(), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', tools)).bytes)
    expect(text(parts['word/document.xml'])).toContain('Nội dung đơn')
    expect(text(parts['word/comments.xml'])).toContain('w:author=""')
    expect(text(parts['_rels/.rels'])).toContain('word/document.xml')
    expect((await sharp(parts['word/media/image1.jpeg']).metadata()).width).toBe(40)
  })

  test('a zip bomb is not unpacked', async () => {
    const bomb = zipSync({ '[Content_Types].xml': strToU8('<Types/>'), 'word/document.xml': new Uint8Array(21 * 1024 * 1024) }, { level: 1 })
    expect(bomb.length).toBeLessThan(200_000)
    const mime = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
    expect(await cleanFile(bomb, mime, tools)).toMatchObject({ cleaned: 'could-not', why: 'too-big' })
  })
})

describe('whatever comes', () => {
  test('a PDF whose packed objects unpack to more than we hold is refused without unpacking them', async () => {
    const packed = deflateSync(new Uint8Array(65 * 1024 * 1024), { level: 1 })
    const bytes = joined(`%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n4 0 obj\n<</Type/Obj#53tm/N 1/First 4/Filter/FlateDecode/Length ${packed.length}>>\nstream\n`, packed, '\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF')
    expect(await cleanFile(bytes, 'application/pdf', tools)).toMatchObject({ cleaned: 'could-not', why: 'too-big' })
  })

  test('a film of millions of boxes does not keep us busy', async () => {
    const bytes = joined(box('ftyp', 'isom', u32(0)), box('moov', new Uint8Array(800_008).fill(0).map((_, i) => i % 8 === 3 ? 8 : 0)))
    expect(await cleanFile(bytes, 'video/mp4', tools)).toMatchObject({ cleaned: 'could-not', why: 'broken' })
  })

  const mimes = ['image/jpeg', 'image/png', 'image/heic', 'video/mp4', 'video/webm', 'audio/mpeg', 'audio/wav', 'audio/ogg', 'application/pdf',
    'application/vnd.oasis.opendocument.text', 'application/x-msdownload', '__proto__', '']

  test('noise under any name gets an answer', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...mimes), async (bytes, mime) => {
      const result = await cleanFile(bytes, mime, tools)
      expect(['yes', 'could-not']).toContain(result.cleaned)
      await sniff(bytes)
    }), { numRuns: 150 })
  })

  test('real files with damage get an answer, soon', async () => {
    const files = [await photo('jpeg'), await photo('png'), heic(), film(), webm('V_VP8'), mp3, wav, ogg('a=b'), odt()]
    const real = await Promise.all(files.map(async (bytes) => ({ bytes, mime: (await sniff(bytes))?.mime ?? '' })))
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })
    await fc.assert(fc.asyncProperty(fc.constantFrom(...real), damage, fc.nat(), async ({ bytes, mime }, changes, cut) => {
      const broken = Uint8Array.from(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes)
      for (const [at, value] of changes) if (broken.length > 0) broken[at % broken.length] = value
      const started = performance.now()
      await cleanFile(broken, mime, tools)
      await sniff(broken)
      expect(performance.now() - started).toBeLessThan(2000)
    }), { numRuns: 250 })
  })
})

describe('on the server', () => {
  const cleaner = fileCleaner()
  afterAll(() => cleaner.stop())

  test('documents are cleaned aside, one after the other, and what is broken says so', async () => {
    const results = await Promise.all([cleaner.clean(await pdf(), 'application/pdf'), cleaner.clean(strToU8('%PDF-1.7 nonsense'), 'application/pdf'), cleaner.clean(await photo('jpeg'), 'image/jpeg')])
    expect(results.map((result) => result.cleaned)).toEqual(['yes', 'could-not', 'yes'])
    expect(results[1]).toMatchObject({ why: 'broken' })
    expect(results.some((result) => has(result.bytes, author))).toBe(false)
  })

  test('a document that takes too long is given up, and the next one is served', async () => {
    const hasty = fileCleaner(1)
    expect(await hasty.clean(await pdf(), 'application/pdf')).toMatchObject({ cleaned: 'could-not', why: 'too-slow' })
    expect((await hasty.clean(await photo('png'), 'image/png')).cleaned).toBe('yes')
    await hasty.stop()
  })
})
