// Makes browser scripts out of TypeScript, in this process, without a word on the terminal.
import { rolldown } from 'rolldown'

export interface Bundled {
  /** Of the entry; null for a part that entries share or load when needed. */
  name: string | null
  /** With a hash of what is in it and in all it imports. */
  file: string
  code: string
}

/**
 * Parts find each other by `./file`, so all must be served from one folder.
 * @param entries files by name
 * @throws Error when a file is missing or wrong
 */
export async function bundle (entries: Record<string, string>): Promise<Bundled[]> {
  if (Object.keys(entries).length === 0) return []
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
