// What xmllint finds wrong with documents: by a schema, by a grammar, or as XML at all.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryPages, validateXML } from 'xmllint-wasm'

const file = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')
/** As OASIS published it. */
const capSchema = file('CAP-v1.2.xsd')
/** Ours, after RFC 4287 section 4: what a feed and an entry must have, once. */
const atomGrammar = file('atom.rng')
const memory = { initialMemoryPages: 512, maxMemoryPages: memoryPages.GiB }

export async function capFaults (documents: readonly string[]): Promise<string[]> {
  const { errors } = await validateXML({ xml: named(documents), schema: capSchema, ...memory })
  return errors.map(({ rawMessage }) => rawMessage)
}

export async function atomFaults (documents: readonly string[]): Promise<string[]> {
  const { errors } = await validateXML({ xml: named(documents), schema: atomGrammar, extension: 'relaxng', ...memory })
  return errors.map(({ rawMessage }) => rawMessage)
}

export async function xmlFaults (documents: readonly string[]): Promise<string[]> {
  const { errors } = await validateXML({ xml: named(documents), normalization: 'c14n', ...memory })
  return errors.map(({ rawMessage }) => rawMessage)
}

function named (documents: readonly string[]): { fileName: string, contents: string }[] {
  return documents.map((contents, i) => ({ fileName: `document-${i}.xml`, contents }))
}
