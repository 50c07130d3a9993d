// Draws pictures anew on the server, with sharp: upright, and nothing in them but the picture.
import type { ImageCleaner } from './clean.ts'

/** Points of a picture (all its frames) we are ready to unpack: 100 megapixels are 400 MB. */
const mostPixels = 100_000_000
const longestSeconds = 20

/**
 * JPEG, PNG, WebP and GIF (animations too) keep their type. HEIC is not decoded by this build of sharp: throws.
 * sharp writes no EXIF, XMP, IPTC or colour profile unless asked; colours are turned to sRGB.
 */
export const cleanImage: ImageCleaner = async (bytes, mime) => {
  // Loaded with the first picture: it is ten megabytes, and there are days without one.
  const { default: sharp } = await import('sharp')
  const animated = mime === 'image/gif' || mime === 'image/webp'
  const image = sharp(bytes, { animated, limitInputPixels: mostPixels, failOn: 'error' }).timeout({ seconds: longestSeconds })
  const upright = animated ? image : image.autoOrient()
  const drawn = mime === 'image/png' ? upright.png() : mime === 'image/webp' ? upright.webp({ quality: 90 }) : mime === 'image/gif' ? upright.gif() : upright.jpeg({ quality: 90 })
  return { bytes: await drawn.toBuffer(), mime: ['image/png', 'image/webp', 'image/gif'].includes(mime) ? mime : 'image/jpeg' }
}
