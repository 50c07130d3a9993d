// The headers on every answer: what a browser may do with it, and what it may tell others about it.

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  // Sealing a large file happens in a worker; the manifest lets people keep the page on their phone.
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const permissions = [
  // A report may hold a place, a voice note and a picture.
  ...['geolocation', 'microphone', 'camera'].map(name => `${name}=(self)`),
  ...['accelerometer', 'bluetooth', 'browsing-topics', 'display-capture', 'encrypted-media', 'gyroscope', 'hid', 'idle-detection',
    'magnetometer', 'midi', 'payment', 'screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'].map(name => `${name}=()`),
].join(', ')

/** Set on every answer, whatever the route says. @param https people reach us over TLS, and always will */
export function strictHeaders (https: boolean): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    // Other sites learn nothing. Not `no-referrer`: with it browsers send `Origin: null` with our own forms (Fetch standard,
    // "append a request Origin header"), and those without Sec-Fetch-Site could not be told from a forger.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Permissions-Policy': permissions,
    'Cross-Origin-Opener-Policy': 'same-origin',
    // Not for subdomains: the agency may have others that are not ready for it.
    ...(https ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
    ...usualHeaders,
  }
}

/** Set where the route says nothing else: answers are for one person, and stay out of every cache and every other site. */
export const usualHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
