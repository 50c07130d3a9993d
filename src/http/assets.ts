// Browser scripts, styles, fonts and pictures: made once at start, kept in memory packed, under names that change with the content.
import type { Context, Hono } from 'hono'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress, gzip } from 'node:zlib'
import { bundle, pack } from './bundle.ts'

export type AssetType = keyof typeof extensions

const extensions = {
  'text/javascript': 'js',
  'text/css': 'css',
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/x-icon': 'ico',
  'font/woff2': 'woff2',
  'audio/mpeg': 'mp3',
  'application/manifest+json': 'webmanifest',
  'application/json': 'json',
} as const

const packable = /^text\/|json$|svg/

/** Where the bytes come from. `write` is called last, with every other asset's address: for style sheets that name fonts. */
export type AssetSource = { type: AssetType } & ({ path: string } | { bytes: Uint8Array } | { write: (url: (name: string) => string) => string })

export interface AssetSources {
  /** Entry files of browser scripts (TypeScript or JavaScript) by name. */
  scripts: Record<string, string>
  /** Everything else by name. */
  files: Record<string, AssetSource>
}

export interface Assets {
  /** The address of an asset, beginning with `/assets/`. @throws Error when there is none of this name: a mistake of ours */
  url (name: string): string
  routes (app: Hono): void
}

/** @throws Error when a script can't be bundled, imports something missing, or two assets have one name */
export async function buildAssets ({ scripts, files }: AssetSources): Promise<Assets> {
  const urls = new Map<string, string>()
  const served = new Map<string, Served>()

  function url (name: string): string {
    const found = urls.get(name)
    if (found === undefined) throw new Error(`There is no asset named ${name}.`)
    return found
  }
  function add (name: string | null, file: string, asset: Served): void {
    if (name !== null && urls.has(name)) throw new Error(`Two assets are named ${name}.`)
    if (name !== null) urls.set(name, `/assets/${file}`)
    served.set(file, asset)
  }
  async function addFile (name: string, type: AssetType, bytes: Uint8Array): Promise<void> {
    const stem = name.replace(/\.\w+$/, '').replace(/[^\w-]+/g, '-')
    const isPacked = packable.test(type)
    const tag = hash(bytes)
    add(name, `${stem}.${tag}.${extensions[type]}`, { type, tag, isPacked, bytes: isPacked ? await pack(bytes) : new Uint8Array(bytes) })
  }

  await Promise.all([
    bundle(scripts).then(made => { for (const { name, file, packed } of made) add(name, file, { type: 'text/javascript', tag: hash(packed), isPacked: true, bytes: packed }) }),
    ...Object.entries(files).map(async ([name, source]) => {
      if ('path' in source) await addFile(name, source.type, await readFile(source.path))
      if ('bytes' in source) await addFile(name, source.type, source.bytes)
    }),
  ])
  for (const [name, source] of Object.entries(files)) {
    if ('write' in source) await addFile(name, source.type, Buffer.from(source.write(url)))
  }
  return { url, routes: app => { app.get('/assets/:file', c => serve(c, served.get(c.req.param('file')))) } }
}

/** What can be packed is kept packed only: hardly anybody wants it otherwise. */
interface Served { type: AssetType, tag: string, isPacked: boolean, bytes: Uint8Array<ArrayBuffer> }

async function serve (c: Context, asset: Served | undefined): Promise<Response> {
  if (asset === undefined) return await c.notFound()
  const coding = asset.isPacked ? (['br', 'gzip'] as const).find(name => accepts(c.req.header('accept-encoding'), name)) : undefined
  const tag = `"${asset.tag}${coding === undefined ? '' : `-${coding}`}"`
  const headers: Record<string, string> = {
    'Content-Type': asset.type.startsWith('text/') ? `${asset.type}; charset=utf-8` : asset.type,
    // A year, the most that caches look at; a changed file has another name.
    'Cache-Control': 'public, max-age=31536000, immutable',
    ETag: tag,
    ...(asset.isPacked ? { Vary: 'Accept-Encoding' } : {}),
  }
  if (c.req.header('if-none-match')?.split(',').some(t => t.trim().replace(/^W\//, '') === tag) === true) return c.body(null, 304, headers)
  const bytes = await encoded(asset, coding)
  return c.body(bytes, 200, { ...headers, 'Content-Length': String(bytes.length), ...(coding === undefined ? {} : { 'Content-Encoding': coding }) })
}

async function encoded ({ isPacked, bytes }: Served, coding: 'br' | 'gzip' | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (!isPacked || coding === 'br') return bytes
  const plain = await promisify(brotliDecompress)(bytes)
  return new Uint8Array(coding === 'gzip' ? await promisify(gzip)(plain) : plain)
}

/** `br;q=0` is a no. A star counts as a no too: who means ours names them. */
function accepts (header: string | undefined, coding: string): boolean {
  return header?.toLowerCase().split(',').some(part => {
    const [name, quality] = part.split(';').map(s => s.trim())
    return name === coding && !(quality !== undefined && /^q=0(\.0*)?$/.test(quality))
  }) === true
}

function hash (bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}
