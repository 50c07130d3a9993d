// The page on which an admin of the pretended Official Account lets the app in, and where it sends their browser after that.
import { randomBytes } from 'node:crypto'
import type { Platform } from './platform.ts'

/** What the browser gets: a page, or the way on. */
export type Consent = { status: number, page: string } | { location: string }

/** `GET` opens the page; `POST` is the admin's yes. Mistakes in the link stay on Zalo's page: the browser is not sent back. */
export function consent (platform: Platform, method: string | undefined, url: URL): Consent {
  const { app, oa, switches, tokens } = platform
  const query = url.searchParams
  const callback = query.get('redirect_uri') ?? ''
  if (query.get('app_id') !== app.id) return refusal(-14002, 'Invalid appId')
  if (!URL.canParse(callback) || (switches.callback !== undefined && callback !== switches.callback)) return refusal(-14003, 'Invalid redirect uri')
  if (switches.consent === 'asks' && method !== 'POST') return { status: 200, page: question(url, oa.id, callback) }

  const code = `code-${randomBytes(12).toString('base64url')}`
  tokens.codes.set(code, { until: platform.now() + 10 * 60_000, challenge: query.get('code_challenge') ?? '' })
  const back = new URL(callback)
  back.searchParams.set('code', code)
  back.searchParams.set('oa_id', oa.id)
  const state = query.get('state')
  if (switches.stateComesBack && state !== null) back.searchParams.set('state', state)
  return { location: back.href }
}

function refusal (error: number, name: string): Consent {
  return { status: 200, page: page(`<h1>${name}</h1><p>error ${error}</p>`) }
}

function question (url: URL, oaId: string, callback: string): string {
  return page(`<h1>Official Account ${oaId}</h1>
<p>Ứng dụng xin quyền: gửi tin, quản lý tin nhắn, nhận sự kiện tin nhắn và người dùng.</p>
<p>Sau khi đồng ý, trình duyệt đi tới <code>${escape(callback)}</code>.</p>
<form method="post" action="${escape(url.pathname + url.search)}"><button>Đồng ý · Allow</button></form>`)
}

function page (body: string): string {
  return `<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Zalo (pretended)</title>${body}</html>`
}

function escape (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
