// Files made for the tests, each with a name and a place hidden in it where real devices and programs hide them.
import { PDFDocument, PDFName, PDFString } from '@cantoo/pdf-lib'
import { strToU8, zipSync } from 'fflate'
import sharp from 'sharp'

/** What must not be found in a cleaned file. */
export const author = 'Nguyen Thi Bi Mat'
export const place = '+10.3863+105.4352/'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

export function joined (...parts: (Uint8Array | string | readonly number[])[]): Uint8Array {
  const pieces = parts.map((part) => typeof part === 'string' ? ascii(part) : part)
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function has (bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes).includes(text) || Buffer.from(bytes).includes(Buffer.from(text, 'utf16le'))
}

/** A picture lying on its side, 40 × 20, with artist and GPS. */
export async function photo (type: 'jpeg' | 'png' | 'webp'): Promise<Uint8Array> {
  const image = sharp({ create: { width: 40, height: 20, channels: 3, background: '#1a8' } })
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Artist: author, Make: 'Phone of An' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '10/1 23/1 11/1', GPSLongitudeRef: 'E', GPSLongitude: '105/1 26/1 7/1' } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${author}"/></rdf:RDF></x:xmpmeta>`)
  return new Uint8Array(await image.toFormat(type).toBuffer())
}

export function box (type: string, ...parts: (Uint8Array | string | readonly number[])[]): Uint8Array {
  const content = joined(...parts)
  const head = new Uint8Array(8)
  new DataView(head.buffer).setUint32(0, content.length + 8)
  head.set([...type].map((letter) => letter.charCodeAt(0)), 4)
  return joined(head, content)
}

export const u32 = (...values: number[]): number[] => values.flatMap((value) => [value >>> 24 & 255, value >>> 16 & 255, value >>> 8 & 255, value & 255])
const full = (n = 0): number[] => u32(n)

/** A film whose samples are `PICTURE` and `SOUNDS`, and a hidden track with a place. */
export function film (options: { video?: boolean, brand?: string } = {}): Uint8Array {
  const ftyp = box('ftyp', options.brand ?? 'isom', u32(0), 'isom', 'mp42')
  const mdatAt = ftyp.length + 8
  const track = (handler: string, at: number, size: number): Uint8Array => box('trak',
    box('tkhd', full(), u32(0xdddddddd, 0xdddddddd), new Uint8Array(72)),
    box('udta', box('name', author)),
    box('mdia', box('mdhd', full(), u32(0xdddddddd, 0xdddddddd), new Uint8Array(12)),
      box('hdlr', full(), u32(0), handler, new Uint8Array(12), `${author}\0`),
      box('minf', box('stbl',
        box('stsz', full(), u32(0, 1, size)), box('stsc', full(), u32(1, 1, 1, 1)), box('stco', full(), u32(1, at))))))
  return joined(
    ftyp,
    box('mdat', 'PICTURE', 'SOUNDS', place),
    box('moov',
      box('mvhd', full(), u32(0xdddddddd, 0xdddddddd), new Uint8Array(88)),
      options.video === false ? [] : track('vide', mdatAt, 7),
      track('soun', mdatAt + 7, 6),
      track('meta', mdatAt + 13, place.length),
      box('udta', box('\u00a9xyz', [0, 18, 0x15, 0xc7], place), box('loci', full(), author)),
      box('meta', box('keys', full(), 'com.apple.quicktime.location.ISO6709'), box('ilst', place))),
    box('uuid', new Uint8Array(16), `<x:xmpmeta>${author}</x:xmpmeta>`))
}

/** An HEIC with the picture `PICTURE` and Exif with a name. */
export function heic (): Uint8Array {
  const ftyp = box('ftyp', 'heic', u32(0), 'mif1', 'heic')
  const exif = joined(u32(0), 'II*\0', author)
  const build = (mdatAt: number): Uint8Array => box('meta', full(),
    box('hdlr', full(), u32(0), 'pict', new Uint8Array(13)),
    box('iinf', full(), [0, 2], box('infe', full(2 << 24), [0, 1, 0, 0], 'hvc1', [0]), box('infe', full(2 << 24), [0, 2, 0, 0], 'Exif', [0])),
    box('iloc', full(), [0x44, 0], [0, 2], [0, 1, 0, 0, 0, 1], u32(mdatAt, 7), [0, 2, 0, 0, 0, 1], u32(mdatAt + 7, exif.length)))
  const size = build(0).length
  return joined(ftyp, build(ftyp.length + size + 8), box('mdat', 'PICTURE', exif))
}

function element (id: readonly number[], ...parts: (Uint8Array | string | readonly number[])[]): Uint8Array {
  const content = joined(...parts)
  return joined(id, [0x40 | (content.length >> 8), content.length & 255], content)
}

/** A WebM as a browser records it: the length of the whole and of the cluster left open. */
export function webm (codec: 'V_VP8' | 'A_OPUS'): Uint8Array {
  return joined(
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], 'webm')),
    [0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]), element([0x7b, 0xa9], author), element([0x4d, 0x80], author), element([0x57, 0x41], author), element([0x44, 0x61], u32(1, 2))),
    element([0x16, 0x54, 0xae, 0x6b], element([0xae], element([0x86], codec))),
    [0x1f, 0x43, 0xb6, 0x75, 0xff], element([0xe7], [0]), element([0xa3], 'FRAME'),
    element([0x12, 0x54, 0xc3, 0x67], author, place))
}

export async function pdf (): Promise<Uint8Array> {
  const made = await PDFDocument.create()
  made.setAuthor(author)
  made.setTitle(author)
  made.setProducer(author)
  const page = made.addPage([200, 200])
  page.drawText('Trang mot')
  page.drawImage(await made.embedJpg(await photo('jpeg')), { x: 0, y: 0, width: 40, height: 20 })
  made.catalog.set(PDFName.of('Metadata'), made.context.register(made.context.stream(`<x:xmpmeta>${author}</x:xmpmeta>`)))
  made.context.register(made.context.obj({ Old: PDFString.of(author) }))
  const note = made.context.obj({ Type: 'Annot', Subtype: 'Text', Rect: [0, 0, 9, 9], Contents: PDFString.of('ghi chu'), T: PDFString.of(author), M: PDFString.of('D:20261112') })
  page.node.set(PDFName.of('Annots'), made.context.obj([made.context.register(note)]))
  return made.save({ useObjectStreams: false })
}

export async function docx (): Promise<Uint8Array> {
  return zipSync({
    '[Content_Types].xml': strToU8('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'),
    '_rels/.rels': strToU8('<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/><Relationship Id="r2" Target="word/document.xml"/></Relationships>'),
    'docProps/core.xml': strToU8(`<cp:coreProperties><dc:creator>${author}</dc:creator></cp:coreProperties>`),
    'docProps/app.xml': strToU8(`<Properties><Company>${author}</Company></Properties>`),
    'docProps/custom.xml': strToU8(`<Properties>${author}</Properties>`),
    'docProps/thumbnail.jpeg': await photo('jpeg'),
    'word/document.xml': strToU8(`<w:document><w:ins w:id="1" w:author="${author}" w:date="2026-11-12T08:00:00Z" w:rsidR="00AB12CD"><w:t>Nội dung đơn</w:t></w:ins></w:document>`),
    'word/comments.xml': strToU8(`<w:comments><w:comment w:id="0" w:author='${author}' w:initials="${author}"><w:t>ghi chú</w:t></w:comment></w:comments>`),
    'word/people.xml': strToU8(`<w15:people><w15:person w15:author="${author}"><w15:presenceInfo w15:providerId="AD" w15:userId="${author}"/></w15:person></w15:people>`),
    'word/_rels/settings.xml.rels': strToU8(`<Relationships><Relationship Id="r1" Target="file:///C:\\Users\\${author}\\a.dotx" TargetMode="External"/></Relationships>`),
    'word/media/image1.jpeg': await photo('jpeg'),
    'word/media/image2.png': await photo('png'),
  })
}

export function odt (): Uint8Array {
  return zipSync({
    mimetype: [strToU8('application/vnd.oasis.opendocument.text'), { level: 0 }],
    'META-INF/manifest.xml': strToU8('<manifest:manifest><manifest:file-entry manifest:full-path="Thumbnails/thumbnail.png" manifest:media-type="image/png"/></manifest:manifest>'),
    'meta.xml': strToU8(`<office:document-meta><dc:creator>${author}</dc:creator></office:document-meta>`),
    'content.xml': strToU8(`<office:document-content><office:annotation><dc:creator>${author}</dc:creator><dc:date>2026-11-12T08:00:00</dc:date></office:annotation><text:p>Nội dung đơn</text:p></office:document-content>`),
    'settings.xml': strToU8(`<office:settings><config:config-item config:name="PrinterName" config:type="string">${author}</config:config-item></office:settings>`),
    'Thumbnails/thumbnail.png': strToU8(author),
  })
}

export function xlsx (): Uint8Array {
  return zipSync({
    '[Content_Types].xml': strToU8('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'),
    'xl/workbook.xml': strToU8(`<workbook><fileSharing userName="${author}"/><x15ac:absPath url="C:\\Users\\${author}\\" xmlns:x15ac="x"/><sheets><sheet name="So 1"/></sheets></workbook>`),
    'xl/comments1.xml': strToU8(`<comments><authors><author>${author}</author></authors></comments>`),
    'xl/persons/person.xml': strToU8(`<personList><person displayName="${author}" id="{1}" userId="${author}"/></personList>`),
  })
}

const frame = joined([0xff, 0xfb, 0x90, 0x64], new Uint8Array(413))
export const mp3 = joined('ID3', [4, 0, 0, 0, 0, 0, 27], 'TIT2', u32(author.length), [0, 0], author, frame, frame, frame, 'TAG', author, new Uint8Array(125 - author.length))
const size = (n: number): number[] => u32(n).reverse()
const listed = joined('INFOIART', size(18), author, [0])
export const wav = joined('RIFF', size(4 + 24 + 8 + listed.length + 16), 'WAVE', 'fmt ', size(16), [1, 0, 1, 0], size(8000), size(8000), [1, 0, 8, 0], 'LIST', size(listed.length), listed, 'data', size(8), 'SOUNDSSS')
export function ogg (...notes: string[]): Uint8Array {
  const tags = joined('OpusTags', size(4), 'test', size(notes.length), ...notes.flatMap((note) => [size(note.length), note]))
  const page = (content: Uint8Array): Uint8Array => joined('OggS', [0, 2], new Uint8Array(20), [1, content.length], content)
  return joined(page(joined('OpusHead', [1, 1, 0, 0], size(48000), [0, 0, 0])), page(tags))
}
