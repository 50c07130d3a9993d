// Draws a picture anew on a canvas: upright, and with nothing but its points. The browser's ImageCleaner.
import type { ImageCleaner } from '../../tips/cleaning/clean.ts'

/** Longest side in points; a plate or a face is still clear, and an old phone can hold it. */
const longest = 4096

export const drawPicture: ImageCleaner = async (bytes, mime) => {
  const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: mime }), { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('This browser has no canvas.')
    context.drawImage(picture, 0, 0, canvas.width, canvas.height)
    // A screenshot's letters stay sharp as PNG; a photo would become ten times as large.
    const type = mime === 'image/png' || mime === 'image/gif' ? 'image/png' : 'image/jpeg'
    const drawn = await new Promise<Blob | null>(resolve => { canvas.toBlob(resolve, type, 0.88) })
    if (drawn === null) throw new Error('The picture could not be drawn.')
    return { bytes: new Uint8Array(await drawn.arrayBuffer()), mime: drawn.type }
  } finally {
    picture.close()
  }
}
