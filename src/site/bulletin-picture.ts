// The picture other programs show beside a link to a bulletin: 1200 × 630, its kind, its headline, who says so.
import type { OverlayOptions, SharpConstructor } from 'sharp'
import { kindColours, kindDrawings, overColour, trainingColour, type Look } from './kind-look.ts'
import { layOutLetters, pictureFamilies, writable } from './picture-letters.ts'
import { previewSize } from './preview-size.ts'

export interface Preview {
  kind: Look
  /** What stands in the coloured band: its kind, and before it what everybody must see first (exercise, expired, …). */
  band: string
  state: 'valid' | 'training' | 'ended' | 'withdrawn'
  headline: string
  source: string
  moment: string
  code: string
}

const margin = 64
const room = previewSize.width - 2 * margin
const bandHeight = 128
/** The headline's place, and the sizes it is tried in. */
const headlineBox = { top: 178, height: 300, sizes: [70, 62, 54, 47, 41, 36] }
const longestHeadline = 240
const [ink, soft] = ['#14262b', '#46595f']
const sign = '<path d="M4 5h16v11h-8l-5 4v-4H4z"/><path d="m8.500 10.500 2.500 2.500 4.500-5"/>'
/** Some 40 kB each. */
const mostKept = 100

/**
 * Draws previews, one at a time: nobody is in a hurry for one, and two at once take twice the memory. Each is kept under `key`.
 * @param folder where the letters lie; of several in one process the first counts, as the library has one store of letters
 */
export function previewPainter (folder: string): (key: string, preview: Preview) => Promise<Uint8Array> {
  const kept = new Map<string, Promise<Uint8Array>>()
  let before: Promise<unknown> = Promise.resolve()
  return async (key, preview) => {
    const known = kept.get(key)
    const picture = known ?? before.then(async () => await paint(await library(folder), preview))
    if (known === undefined) before = picture.catch(() => {})
    // The one asked for longest ago makes room; one that failed is tried again by the next who asks.
    kept.delete(key)
    kept.set(key, picture)
    picture.catch(() => { if (kept.get(key) === picture) kept.delete(key) })
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break
      kept.delete(oldest)
    }
    return await picture
  }
}

async function paint (sharp: SharpConstructor, preview: Preview): Promise<Uint8Array> {
  const colour = preview.state === 'training' ? trainingColour : preview.state === 'withdrawn' ? kindColours.alarm : preview.state === 'ended' ? overColour : kindColours[preview.kind]
  const headline = await fitted(sharp, preview.headline)
  // One after the other: side by side they are no faster, and each thread of the library keeps what memory it once had.
  const band = await written(sharp, preview.band, { size: 46, bold: true, colour: '#ffffff', width: room - 90, lines: 1 })
  const source = await written(sharp, preview.source, { size: 32, bold: true, colour: ink, width: 640, lines: 1 })
  const moment = await written(sharp, preview.moment, { size: 28, colour: soft, width: 640, lines: 1 })
  const name = await written(sharp, 'Tin Báo', { size: 34, bold: true, colour: kindColours.lesson, width: 300, lines: 1 })
  const code = await written(sharp, preview.code, { size: 30, bold: true, colour: ink, width: 360, lines: 1 })
  const right = (picture: Letters): number => previewSize.width - margin - picture.width
  const layers: OverlayOptions[] = [
    at(band, margin + 88, Math.round((bandHeight - band.height) / 2)),
    at(headline, margin, headlineBox.top),
    at(source, margin, 530),
    at(moment, margin, 580),
    at(name, right(name), 530),
    at(code, right(code), 580),
  ]
  const drawn = await sharp(Buffer.from(background(preview.kind, colour, right(name) - 56))).composite(layers).png({ compressionLevel: 9 }).toBuffer()
  return new Uint8Array(drawn)
}

/** Everything but the words. */
function background (kind: Look, colour: string, signLeft: number): string {
  const { width, height } = previewSize
  const lines = 'fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#ffffff"/>
<rect width="${width}" height="${bandHeight}" fill="${colour}"/><rect y="${height - 12}" width="${width}" height="12" fill="${colour}"/><rect x="${margin}" y="500" width="${room}" height="2" fill="#c3d0d3"/>
<g transform="translate(${margin} 32) scale(2.667)" stroke="#ffffff" ${lines}>${kindDrawings[kind]}</g>
<g transform="translate(${signLeft} 520) scale(1.900)" stroke="${kindColours.lesson}" ${lines}>${sign}</g></svg>`
}

/** Points, as the library has them. */
interface Letters { bytes: Buffer, width: number, height: number, channels: 1 | 2 | 3 | 4 }

interface Style { size: number, bold?: boolean, colour: string, width: number, lines?: number }

/** The headline in the largest size that fits its place; a very long one loses its end. */
async function fitted (sharp: SharpConstructor, headline: string): Promise<Letters> {
  const text = cut(writable(headline), longestHeadline)
  for (const size of headlineBox.sizes) {
    const letters = await written(sharp, text, { size, bold: true, colour: ink, width: room })
    if (letters.height <= headlineBox.height) return letters
  }
  return await written(sharp, cut(text, 160), { size: headlineBox.sizes.at(-1) ?? 36, bold: true, colour: ink, width: room })
}

async function written (sharp: SharpConstructor, text: string, { size, bold = false, colour, width, lines }: Style): Promise<Letters> {
  // In one line a letter is some six tenths as wide as high.
  const said = lines === 1 ? cut(writable(text), Math.floor(width / size * 1.6)) : writable(text)
  const escaped = said.replace(/[&<>]/g, letter => `&#${letter.charCodeAt(0)};`)
  const { data, info } = await sharp({ text: {
    text: `<span foreground="${colour}">${escaped === '' ? '–' : escaped}</span>`,
    font: `${pictureFamilies} ${bold ? 'Bold ' : ''}${size}`,
    width, dpi: 72, rgba: true, wrap: 'word-char', spacing: Math.round(size / 8),
  } }).raw().toBuffer({ resolveWithObject: true })
  return { bytes: data, width: info.width, height: info.height, channels: info.channels }
}

function at ({ bytes, width, height, channels }: Letters, left: number, top: number): OverlayOptions {
  return { input: bytes, raw: { width, height, channels }, left, top }
}

function cut (text: string, most: number): string {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('').trimEnd()}…`
}

let loaded: Promise<SharpConstructor> | undefined

/** Loaded with the first picture, and taught our letters then: a file of letters that was used once is known from then on. */
async function library (folder: string): Promise<SharpConstructor> {
  return await (loaded ??= (async () => {
    const files = layOutLetters(folder)
    const { default: sharp } = await import('sharp')
    for (const fontfile of files) await sharp({ text: { text: 'a', font: pictureFamilies, fontfile, dpi: 72 } }).png().toBuffer()
    return sharp
  })())
}
