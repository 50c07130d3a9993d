// Our own letters, so that no font server learns who reads us: Noto Sans for Vietnamese and English, Noto Sans Khmer for Khmer.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { AssetSource } from './assets.ts'

const families = [
  { family: 'Noto Sans', id: 'noto-sans', subsets: ['vietnamese', 'latin'] },
  { family: 'Noto Sans Khmer', id: 'noto-sans-khmer', subsets: ['khmer'] },
] as const

const weights = [400, 700] as const

const faces = families.flatMap(({ family, id, subsets }) => subsets.flatMap(subset => weights.map(weight => ({
  family, id, subset, weight, name: `${id}-${subset}-${weight}.woff2`,
}))))

/** The font files, for `buildAssets`; two weights of each, some 80 kB together, of which a page loads what its letters need. */
export function fontFiles (): Record<string, AssetSource> {
  return Object.fromEntries(faces.map(({ id, subset, weight, name }) => [name, {
    type: 'font/woff2',
    path: fileURLToPath(import.meta.resolve(`@fontsource/${id}/files/${id}-${subset}-${weight}-normal.woff2`)),
  }]))
}

/**
 * The `@font-face` rules. Use them as `font-family: 'Noto Sans', 'Noto Sans Khmer', sans-serif`.
 * @param url gives an asset's address
 */
export function fontFaces (url: (name: string) => string): string {
  return faces.map(({ family, id, subset, weight, name }) => `@font-face {
  font-family: '${family}';
  font-weight: ${weight};
  font-display: swap;
  src: url(${url(name)}) format('woff2');
  unicode-range: ${range(id, subset)};
}
`).join('')
}

/** Which characters a subset has, as its makers say. */
function range (id: string, subset: string): string {
  const file = fileURLToPath(import.meta.resolve(`@fontsource/${id}/unicode.json`))
  const found = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))[subset]
  if (found === undefined) throw new Error(`The font ${id} has no subset ${subset}.`)
  return found
}
