// Which pictures of bulletins are shown, and as what: by the name we gave the file. Pure.

const types: Readonly<Record<string, string>> = { jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' }

/** Null for anything that is no picture of ours, and then it is not shown. */
export function pictureType (file: string): string | null {
  const ending = /^[\w-][\w.-]*\.([a-z]+)$/.exec(file)?.[1] ?? ''
  return types[ending] ?? null
}
