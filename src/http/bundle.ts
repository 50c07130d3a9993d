// Makes browser scripts out of TypeScript and packs them, without a word on the terminal, in a process of its own.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

/** With Brotli, at 9 of 11: the last two steps take ten times as long for 5 % less. */
export async function pack (bytes: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  return new Uint8Array(await promisify(brotliCompress)(bytes, { params }))
}

const thisFile = fileURLToPath(import.meta.url)
const mostBytes = 64 * 1024 * 1024

export interface Bundled {
  /** Of the entry; null for a part that entries share or load when needed. */
  name: string | null
  /** With a hash of what is in it and in all it imports. */
  file: string
  /** Packed with Brotli. */
  packed: Uint8Array<ArrayBuffer>
}

/**
 * Parts find each other by `./file`, so all must be served from one folder.
 * @param entries files by name
 * @throws Error when a file is missing or wrong
 */
export async function bundle (entries: Record<string, string>): Promise<Bundled[]> {
  if (Object.keys(entries).length === 0) return []
  try {
    // The bundler takes some 250 MB and never gives them back; with its process they go. It also leaves this one's turn to others.
    const { stdout } = await promisify(execFile)(process.execPath, [thisFile, JSON.stringify(entries)], { maxBuffer: mostBytes })
    const made = JSON.parse(stdout) as { name: string | null, file: string, packed: string }[]
    return made.map(one => ({ ...one, packed: new Uint8Array(Buffer.from(one.packed, 'base64')) }))
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw said === '' ? error : new Error(`The page's scripts could not be built: ${said}`)
  }
}

if (process.argv[1] === thisFile) {
  try {
    const made = await bundleHere(JSON.parse(process.argv[2] ?? '{}') as Record<string, string>)
    process.stdout.write(JSON.stringify(await Promise.all(made.map(async ({ code, ...names }) => ({ ...names, packed: Buffer.from(await pack(code)).toString('base64') })))))
  } catch (error) {
    process.stderr.write(error instanceof Error ? error.message : 'for no known reason')
    process.exitCode = 1
  }
}

async function bundleHere (entries: Record<string, string>): Promise<(Omit<Bundled, 'packed'> & { code: string })[]> {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: entries,
    platform: 'browser',
    transform: { target: 'es2022' },
    onLog (_level, log) {
      // Only a warning to rolldown, which would leave the import for the browser to fail on.
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
    },
  })
  try {
    const { output } = await build.generate({
      format: 'esm',
      minify: true,
      sourcemap: false,
      entryFileNames: '[name].[hash:12].js',
      chunkFileNames: '[name].[hash:12].js',
    })
    return output.map(part => {
      if (part.type !== 'chunk') throw new Error(`A script may not carry other files with it (${part.fileName}).`)
      return { name: part.isEntry ? part.name : null, file: part.fileName, code: part.code }
    })
  } finally {
    await build.close()
  }
}
