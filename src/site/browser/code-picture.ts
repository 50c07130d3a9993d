// The code as a picture with a QR code of it, drawn on this device.
import QRCode from 'qrcode'
import type { Say } from '../../i18n.ts'

const width = 720
const margin = 48

export async function savePicture (code: string, say: Say): Promise<void> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = 920
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser has no canvas.')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#16262b'
  context.textAlign = 'center'
  context.font = `700 36px ${font}`
  context.fillText(say('site.code.title'), width / 2, margin + 36)
  const groups = code.split('-')
  context.font = '700 44px ui-monospace, monospace'
  context.fillText(groups.slice(0, 3).join('-'), width / 2, 160)
  context.fillText(groups.slice(3).join('-'), width / 2, 220)
  drawQr(context, code, 260, 520)
  context.font = `400 24px ${font}`
  wrapped(context, say('site.code.keep'), width - 2 * margin).forEach((line, i) => { context.fillText(line, width / 2, 836 + i * 34) })
  const picture = await new Promise<Blob | null>(resolve => { canvas.toBlob(resolve, 'image/png') })
  if (picture === null) throw new Error('The picture could not be drawn.')
  download(picture, `${say('site.code.fileName')}.png`)
}

const font = "'Noto Sans', 'Noto Sans Khmer', sans-serif"

function drawQr (context: CanvasRenderingContext2D, text: string, top: number, size: number): void {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
  const point = Math.floor(size / modules.size)
  const left = Math.floor((width - point * modules.size) / 2)
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x) !== 0) context.fillRect(left + x * point, top + y * point, point, point)
    }
  }
}

function wrapped (context: CanvasRenderingContext2D, text: string, room: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && context.measureText(longer).width <= room) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function download (picture: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(picture)
  link.download = name
  link.click()
  setTimeout(() => { URL.revokeObjectURL(link.href) }, 60_000)
}
