// What can go wrong, as switches: each does what a method of a stub does, with a word on what to expect.
import type { SampleAgency } from '../stubs/agency.ts'
import type { TelegramStub } from '../stubs/telegram.ts'
import type { ZaloBotStub } from '../stubs/zalo-bot.ts'
import type { ZaloOaStub } from '../stubs/zalo-oa.ts'
import type { FaultShown, FaultsShown, GroupName } from './shown.ts'

type Fault = Omit<FaultShown, 'on'> & { isOn?: () => boolean, turn: (on: boolean) => unknown }

export interface Group {
  name: GroupName
  armed: () => number
  state: () => string[]
  faults: Fault[]
  requests: () => { what: string, outcome: string }[]
}

const hour = 3_600_000

export function allFaults ({ zaloOa, zaloBot, telegram, agency, display }: { zaloOa: ZaloOaStub, zaloBot: ZaloBotStub, telegram: TelegramStub, agency: SampleAgency, display: { dropsButtons: boolean } }): Group[] {
  return [oaFaults(zaloOa, display), botFaults(zaloBot), telegramFaults(telegram), agencyFaults(agency)]
}

export function shownFaults ({ name, armed, state, faults, requests }: Group): FaultsShown {
  return { name, armed: armed(), state: state(), requests: requests(), faults: faults.map(({ id, label, about, kind, isOn }) => ({ id, label, about, kind, on: isOn?.() ?? false })) }
}

const once = (id: string, label: string, about: string, turn: () => unknown): Fault => ({ id, label, about, kind: 'once', turn })
const deed = (id: string, label: string, about: string, turn: () => unknown): Fault => ({ id, label, about, kind: 'deed', turn })
const toggle = (id: string, label: string, about: string, isOn: () => boolean, turn: (on: boolean) => unknown): Fault => ({ id, label, about, kind: 'switch', isOn, turn })
/** The last requests, newest first; those that only ask for news are left out while all is well. */
const last = (asked: readonly { outcome: unknown }[], what: (index: number) => string): { what: string, outcome: string }[] =>
  asked.map((one, index) => ({ what: what(index), outcome: String(one.outcome) })).filter(one => !(one.what === 'getUpdates' && /^(ok|408)$/.test(one.outcome))).slice(-12).toReversed()

function oaFaults (zalo: ZaloOaStub, display: { dropsButtons: boolean }): Group {
  const next = (failure: Parameters<ZaloOaStub['fails']>[0]) => () => { zalo.fails(failure, { path: '/v3.0/oa/message/cs' }) }
  let passed = 0
  const passes = (hours: number) => () => {
    passed += hours
    zalo.passes(hours * hour)
  }
  const bill = (id: 'none' | 'empty' | 'paid', label: string, about: string): Fault =>
    toggle(id, label, about, () => zalo.switches.cloudAccount === id, on => { zalo.switches.cloudAccount = on ? id : 'none' })
  return {
    name: 'zalo-oa',
    armed: zalo.armed,
    state: () => [
      passed === 0 ? '' : `Zalo’s clock is ${passed} hours ahead`,
      zalo.webhook.disabled ? 'Zalo switched the webhook off' : '',
      zalo.webhook.held === undefined ? '' : `${zalo.webhook.held.length} events held back`,
      zalo.refreshToken() === '' ? 'the admin took back the consent: reconnect needed' : '',
    ].filter(word => word !== ''),
    faults: [
      once('slow', 'Slow', 'The next message takes three seconds.', next({ kind: 'slow', ms: 3000 })),
      once('http-500', 'HTTP 500', 'Nothing was done with the next message.', next({ kind: 'http', status: 500 })),
      once('http-429', 'HTTP 429', 'With Retry-After: 5. Whether Zalo ever sends it is not known.', next({ kind: 'http', status: 429, retryAfter: 5 })),
      once('rate', 'Error −32', 'Too many requests this minute, with HTTP 200 as all of Zalo’s errors.', next({ kind: 'error', code: -32, message: 'Your application reached limit call api' })),
      once('lost', 'Lost answer', 'The message arrives, and the line is cut before the answer: it may come twice.', next({ kind: 'lost' })),
      once('silent', 'No answer', 'The message arrives, and the answer never comes: the program’s own limit ends it.', next({ kind: 'silent' })),
      once('cut', 'Line cut', 'Before anything was done.', next({ kind: 'cut' })),
      once('malformed', 'Broken JSON', 'HTTP 200 with half an answer.', next({ kind: 'malformed', text: '{"error":0,"da' })),
      once('token', 'Token refused', 'Error −216: the program renews its token and tries again.', next({ kind: 'error', code: -216, message: 'Access token is invalid' })),
      toggle('wrong-mac', 'Wrong signature', 'Events are signed with another secret: the program drops them, with HTTP 200.', () => zalo.webhook.signsWrong, on => { zalo.webhook.signsWrong = on }),
      toggle('twice', 'Everything twice', 'Each event is delivered two times.', () => zalo.webhook.copies > 1, on => { zalo.webhook.copies = on ? 2 : 1 }),
      toggle('held', 'Hold back', 'Events wait; switched back, they come the last first.', () => zalo.webhook.held !== undefined, on => { if (on) zalo.webhook.held ??= []; else zalo.release() }),
      toggle('no-buttons', 'No buttons', 'Zalo shows the text alone: the numbers in it must do.', () => display.dropsButtons, on => { display.dropsButtons = on }),
      toggle('other-echo', 'Other echo ids', 'The echo of a message has an id of its own.', () => zalo.switches.echoIds === 'own', on => { zalo.switches.echoIds = on ? 'own' : 'same' }),
      deed('26-hours', 'Clock +26 h', 'The access token dies (−220).', passes(26)),
      deed('49-hours', 'Clock +49 h', 'The free window of everybody closes: −320 without a cloud account.', passes(49)),
      deed('8-days', 'Clock +8 days', 'Nobody may be written to until they write again (−230).', passes(192)),
      bill('empty', 'Empty cloud account', 'After 48 hours: −321.'),
      bill('paid', 'Paid cloud account', 'After 48 hours messages go out, for money.'),
      deed('revoke', 'Take back the consent', 'Both tokens die: reconnect as the terminal says.', () => { zalo.revokes() }),
      deed('webhook', 'Save the webhook again', 'As in the console, after Zalo switched it off.', async () => { if (zalo.webhook.url !== undefined) await zalo.setWebhook(zalo.webhook.url) }),
    ],
    requests: () => last(zalo.asked, index => zalo.asked[index]?.path ?? ''),
  }
}

function botFaults (zalo: ZaloBotStub): Group {
  const next = (failure: Parameters<ZaloBotStub['fails']>[0]) => () => { zalo.fails(failure, { method: 'sendMessage' }) }
  let held = false
  return {
    name: 'zalo-bot',
    armed: zalo.armed,
    state: () => zalo.waiting() === 0 ? [] : [`${zalo.waiting()} updates on their way`],
    faults: [
      once('slow', 'Slow', 'The next message takes three seconds.', next({ kind: 'slow', ms: 3000 })),
      once('http-502', 'HTTP 502', 'A gateway’s page in place of Zalo.', next({ kind: 'page', code: 502 })),
      once('quota', 'Error 429', 'A rate or the month’s quota, Zalo does not say which: the program waits half a minute.', next({ kind: 'error', code: 429, description: 'Quota exceeded' })),
      once('lost', 'Lost answer', 'The message arrives, and the line is cut before the answer: it may come twice.', next({ kind: 'lost' })),
      once('silent', 'No answer', 'The message arrives, and the answer never comes.', next({ kind: 'silent' })),
      once('cut', 'Line cut', 'Before anything was done.', next({ kind: 'cut' })),
      once('rubbish', 'Broken JSON', 'HTTP 200 with half an answer.', next({ kind: 'rubbish' })),
      toggle('revoked', 'Token refused', 'As after a reset of the token: error 401 to everything.', () => zalo.revoked, on => { zalo.revoked = on }),
      toggle('wrong-secret', 'Wrong secret', 'Updates come with another secret: 401, and tried again a few times.', () => zalo.ways.secret === 'wrong', on => { zalo.ways.secret = on ? 'wrong' : 'right' }),
      toggle('twice', 'Everything twice', 'Each update is delivered two times.', () => zalo.ways.deliveries > 1, on => { zalo.ways.deliveries = on ? 2 : 1 }),
      toggle('held', 'Hold back', 'Updates wait; switched back, they come the last first.', () => held, on => { held = on; if (on) zalo.holdsBack(); else zalo.letsGoReversed() }),
      toggle('month', 'The month is used up', '3,000 messages in both directions: nothing goes either way.', () => zalo.ways.monthly === 0, on => { zalo.ways.monthly = on ? 0 : 3000 }),
      toggle('wrapped', 'Wrapped bodies', 'Webhook bodies as documented instead of as seen.', () => zalo.ways.body === 'wrapped', on => { zalo.ways.body = on ? 'wrapped' : 'flat' }),
      toggle('photo', 'photo, not photo_url', 'The field of a picture as documented instead of as seen.', () => zalo.ways.photo === 'photo', on => { zalo.ways.photo = on ? 'photo' : 'photo_url' }),
    ],
    requests: () => last(zalo.asked, index => zalo.asked[index]?.method ?? ''),
  }
}

function telegramFaults (telegram: TelegramStub): Group {
  const next = (failure: Parameters<TelegramStub['fails']>[0]) => () => { telegram.fails(failure, { method: 'sendMessage' }) }
  return {
    name: 'telegram',
    armed: telegram.armed,
    state: () => telegram.waiting() === 0 ? [] : [`${telegram.waiting()} updates wait`],
    faults: [
      once('slow', 'Slow', 'The next message takes three seconds.', next({ kind: 'slow', ms: 3000 })),
      once('http-502', 'HTTP 502', 'A gateway’s page in place of Telegram.', next({ kind: 'page', code: 502 })),
      once('flood', 'Error 429', 'With retry_after 5: the whole bot waits five seconds.', next({ kind: 'error', code: 429, description: 'Too Many Requests: retry after 5', parameters: { retry_after: 5 } })),
      once('lost', 'Lost answer', 'The message arrives, and the line is cut before the answer: it may come twice.', next({ kind: 'lost' })),
      once('silent', 'No answer', 'The message arrives, and the answer never comes.', next({ kind: 'silent' })),
      once('cut', 'Line cut', 'Before anything was done.', next({ kind: 'cut' })),
      once('twice', 'Updates twice', 'The answer to the next question for news is lost: what was in it comes again.', () => { telegram.fails({ kind: 'lost' }, { method: 'getUpdates' }) }),
      toggle('revoked', 'Token refused', 'As after /revoke in BotFather: error 401 to everything.', () => telegram.revoked, on => { telegram.revoked = on }),
    ],
    requests: () => last(telegram.asked, index => telegram.asked[index]?.method ?? ''),
  }
}

function agencyFaults (agency: SampleAgency): Group {
  let down = false
  const next = (fault: SampleAgency['faults'][number]) => () => { agency.faults.push(fault) }
  return {
    name: 'agency',
    armed: () => agency.faults.length,
    state: () => down ? ['nobody listens at its address'] : [],
    faults: [
      once('http-500', 'HTTP 500', 'The next tip is not taken; it is tried again with growing pauses, for three days.', next({ status: 500 })),
      once('lost', 'Lost answer', 'The next tip is taken, and the line is cut: it comes again with the same webhook-id.', next('lost')),
      once('slow', 'No answer', 'The next request is never answered.', next('slow')),
      once('rubbish', 'Broken answer', 'HTTP 200 and half an answer: taken all the same.', next('rubbish')),
      toggle('down', 'Down', 'Nobody listens at its address.', () => down, async on => { if (on !== down) { down = on; await (on ? agency.goesDown() : agency.comesBack()) } }),
    ],
    requests: () => agency.requests.slice(-12).toReversed().map(({ body, signed }) => ({ what: /"type":"([\w.]+)"/.exec(body)?.[1] ?? '', outcome: signed ? 'signed' : 'wrong signature' })),
  }
}
