// A QR code as a drawing, dark on white in every light. Pure.
import { html, raw } from 'hono/html'
import QRCode from 'qrcode'
import type { Html } from '../http/html.ts'

/** Modules of white that readers need around it. */
const quiet = 4

/** @param label what it leads to, for those who don't see it */
export function qrCode (text: string, label: string): Html {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
  const side = modules.size + 2 * quiet
  let path = ''
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x) !== 0) path += `M${x + quiet} ${y + quiet}h1v1h-1z`
    }
  }
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#ffffff"/><path d="${raw(path)}" fill="#000000"/></svg>`
}
