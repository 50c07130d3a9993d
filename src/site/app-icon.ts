// Our sign as a picture, for home screens and notifications. Drawn when it is first asked for.

/** The sign of the page (see `icons.ts`) in white on its colour; the edge is left free for systems that cut corners off. */
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="192" height="192">
<rect width="40" height="40" fill="#0a5a68"/>
<g transform="translate(8 8.500)" fill="none" stroke="#ffffff" stroke-width="2.200" stroke-linecap="round" stroke-linejoin="round">
<path d="M4 5h16v11h-8l-5 4v-4H4z"/><path d="m8.500 10.500 2.500 2.500 4.500-5"/></g></svg>`

/** A PNG of 192 × 192. */
export async function drawAppIcon (): Promise<Uint8Array<ArrayBuffer>> {
  const { default: sharp } = await import('sharp')
  return new Uint8Array(await sharp(Buffer.from(drawing)).png({ palette: true }).toBuffer())
}
