// Who calls: Zalo's published formula, and the ways of it that were seen in the wild.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { documented, signatureNames, signatureOf } from '../../../src/channels/zalo-oa/signature.ts'
import { challengeOf, consentLink } from '../../../src/channels/zalo-oa/oauth.ts'

const secrets = { appId: '1234567890123456789', oaId: '3886132808788086450', oaSecretKey: 'oa-secret-for-tests', appSecret: 'app-secret-for-tests' }
const body = Buffer.from('{"app_id":"1234567890123456789","sender":{"id":"2468013579246801357"},"user_id_by_app":"5521727971758773011","recipient":{"id":"3886132808788086450"},"event_name":"user_send_text","message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909a"},"timestamp":"1735689600000"}')
const mac = '0caafeafcfad79aa0d49b9f614b8c7a1c56c331fb47ca59e6494433ea501f385'
const of = (signature: string | undefined, timestamp?: string, bytes: Uint8Array = body): string | null => signatureOf(secrets, bytes, '1735689600000', { signature, timestamp })

test('the published example is believed, with and without its prefix', () => {
  for (const signature of [`mac=${mac}`, mac, ` mac = ${mac.toUpperCase()} `]) expect(of(signature)).toBe(documented)
})

test('another body, another time, no signature or a strange one is not', () => {
  expect(of(`mac=${mac}`, undefined, Buffer.concat([body, Buffer.from(' ')]))).toBeNull()
  for (const signature of [undefined, '', 'mac=', `mac=${mac.slice(1)}`, `mac=${mac}0`, 'mac=zz', `sha256=${mac}`]) expect(of(signature)).toBeNull()
})

test('each way that was seen in the wild is known by its name', () => {
  const found = signatureNames.map(name => {
    const [first, time, secret] = name.split('.')
    const hash = createHash('sha256').update(`${first === 'app-id' ? secrets.appId : secrets.oaId}${body.toString()}${time === 'body' ? '1735689600000' : '99'}${secret === 'oa-secret' ? secrets.oaSecretKey : secrets.appSecret}`).digest('hex')
    return of(`mac=${hash}`, '99')
  })
  expect(found).toEqual(signatureNames)
  expect(signatureNames).toHaveLength(8)
})

test('the consent link carries the challenge of RFC 7636, and nothing secret', () => {
  expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  const link = new URL(consentLink({ oauthBase: 'https://oauth.zaloapp.com', appId: '1', redirectUri: 'https://baotin.vn/', verifier: 'v'.repeat(43), state: 's' }))
  expect([link.pathname, Object.fromEntries(link.searchParams)]).toEqual(['/v4/oa/permission', { app_id: '1', redirect_uri: 'https://baotin.vn/', code_challenge: challengeOf('v'.repeat(43)), state: 's' }])
})
