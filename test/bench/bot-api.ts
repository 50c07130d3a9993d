// The smallest Bot API that bots can talk to: answers everything at once, and tells who heard something.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BotApi {
  root: string
  /** Called with each message that was sent, before it is answered. */
  onMessage: (chatId: number, text: string) => void
  stop (): Promise<void>
}

const me = { id: 7000000001, is_bot: true, first_name: 'Bench', username: 'BenchBot', can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false }

export async function startBotApi (): Promise<BotApi> {
  let messages = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => { parts.push(part as Buffer) })
    request.on('end', () => {
      const method = request.url?.split('/').at(-1) ?? ''
      response.setHeader('Content-Type', 'application/json')
      if (method !== 'sendMessage') return response.end(JSON.stringify({ ok: true, result: method === 'getMe' ? me : true }))
      // What bots of this bench send: JSON with these two.
      const { chat_id, text } = JSON.parse(Buffer.concat(parts).toString()) as { chat_id: number, text: string }
      api.onMessage(Number(chat_id), text)
      response.end(JSON.stringify({ ok: true, result: { message_id: ++messages, date: 0, chat: { id: chat_id, type: 'private', first_name: 'B' }, text: '' } }))
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // An address of a TCP server; null and text belong to closed ones and pipes.
  const { port } = server.address() as AddressInfo
  const api: BotApi = {
    root: `http://127.0.0.1:${port}`,
    onMessage: () => {},
    async stop () {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return api
}
