// Which addresses we are willing to wake a browser at: those of known push services, so that nobody makes us knock elsewhere. Pure.

/** @param hosts names of push services; `*.` stands for any names in front. See WEB_PUSH_HOSTS */
export function isPushEndpoint (endpoint: string, hosts: readonly string[]): boolean {
  const url = URL.parse(endpoint)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  // A pretended push service on this machine, for tests; no other address may do without TLS.
  if (url.hostname === '127.0.0.1') return ['http:', 'https:'].includes(url.protocol) && hosts.includes('127.0.0.1')
  return url.protocol === 'https:' && url.port === '' && hosts.some(host => host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host)
}
