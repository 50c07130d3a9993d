// The bots that are compared: ours, and the peers, each in a process of its own behind a webhook.
import { join } from 'node:path'
import { freePort, start, type Measured } from './measured.ts'

export const token = '7000000001:benchbenchbenchbenchbenchbench12345'
export const secret = 'a-secret-for-the-bench-0123456789'

export interface Bot extends Measured {
  webhook: string
  /** What one person sends from the first message to the end of the report. */
  answers: readonly string[]
  /** Known by its last message when a report was taken. */
  taken: RegExp
}

/**
 * The shortest whole report: a story nothing is suggested for, no danger, "another matter", what they think it is about, the commune,
 * no better place, "today", no files, anonymous, send. Then comes the code.
 */
export const ourAnswers = [
  'Tối nào cũng có một chiếc ghe lạ đậu sát bờ kè, chở nhiều bao hàng lên rồi đi mất', '1', '17', 'Bỏ qua', 'Xã Ô Lâm', 'Bỏ qua', '2', 'xong', '1', '1',
] as const
export const ourCode = /\b[0-9A-Z]{4}(-[0-9A-Z]{4}){4,}\b/

/** The same story in a form of six questions, as the peers ask it. */
const sixAnswers = ['/start', 'Không', 'Tối nào cũng có một chiếc ghe lạ đậu sát bờ kè, chở nhiều bao hàng lên rồi đi mất', 'Xã Ô Lâm', 'Hôm nay', 'Không có', 'Gửi'] as const

/** @param dataDir may hold a filled database */
export async function ourBot (name: string, dataDir: string, apiRoot: string, environment: Record<string, string> = {}): Promise<Bot> {
  const port = await freePort()
  const measured = await start(name, 'src/main.ts', {
    PORT: String(port), DATA_DIR: dataDir, PUBLIC_URL: `http://127.0.0.1:${port}`,
    // At `info` there is a line for each request, which nobody reads here; the peers write none either.
    LOG_LEVEL: 'warn',
    TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, TELEGRAM_UPDATES: 'webhook', TELEGRAM_WEBHOOK_SECRET: secret, TELEGRAM_RATE: '10000',
    ...environment,
  }, port)
  return { ...measured, webhook: `${measured.url}/webhooks/telegram`, answers: ourAnswers, taken: ourCode }
}

export async function peer (name: string, kind: 'file' | 'sqlite' | 'bare', dataDir: string, apiRoot: string): Promise<Bot> {
  const port = await freePort()
  const env = { PORT: String(port), API_ROOT: apiRoot, TOKEN: token, SECRET: secret, STORE: kind, STORE_DIR: join(dataDir, kind) }
  const measured = await start(name, `test/bench/peers/${kind === 'bare' ? 'bare' : 'conversations'}.ts`, env, port)
  return { ...measured, webhook: `${measured.url}/`, answers: sixAnswers, taken: /^Đã nhận/ }
}
