// A Bot API that takes everything, in a process of its own: told by `sink.ts`, asked for what it heard. Reads just enough of HTTP.
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Asked, Heard } from './sink.ts'

/** Milliseconds until it answers, as a distant server would. */
let delay = 0
let messages = 0
let times: number[] = []
let chats: number[] = []
/** How long this process itself stood still, at most: what arrived meanwhile seems to have come at once. */
let stalled = 0
let looked = performance.now()
setInterval(() => {
  const now = performance.now()
  stalled = Math.max(stalled, now - looked - 5)
  looked = now
}, 5)
const me = '{"id":7000000001,"is_bot":true,"first_name":"Bench","username":"BenchBot","can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false}'

function answer (socket: Socket, method: string, body: string): void {
  let result = 'true'
  if (method === 'getMe') result = me
  if (method === 'getUpdates') result = '[]'
  if (method === 'sendMessage') {
    const chat = Number(/"chat_id":"?(-?\d+)/.exec(body)?.[1])
    times.push(performance.timeOrigin + performance.now())
    chats.push(chat)
    result = `{"message_id":${++messages},"date":0,"chat":{"id":${chat},"type":"private","first_name":"B"},"text":""}`
  }
  const json = `{"ok":true,"result":${result}}`
  const text = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
  if (delay > 0) setTimeout(() => { socket.write(text) }, delay)
  else socket.write(text)
}

const server = createServer(socket => {
  socket.setNoDelay(true)
  let left = ''
  // One byte a character, so that lengths are in bytes.
  socket.setEncoding('latin1')
  socket.on('data', part => {
    left += String(part)
    for (;;) {
      const end = left.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = left.slice(0, end)
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      if (left.length < end + 4 + length) return
      const body = left.slice(end + 4, end + 4 + length)
      left = left.slice(end + 4 + length)
      answer(socket, /^\w+ \S*\/(\w+) /.exec(head)?.[1] ?? '', body)
    }
  })
  socket.on('error', () => { socket.destroy() })
})
server.listen(0, '127.0.0.1', () => { process.send?.((server.address() as AddressInfo).port) })

process.on('message', (asked: Asked) => {
  if (asked.what === 'forget') {
    times = []
    chats = []
    stalled = 0
    delay = asked.delay
  }
  process.send?.({ times: asked.what === 'tell' ? times : [], chats: asked.what === 'tell' ? chats : [], n: times.length, stalled } satisfies Heard)
})
process.on('disconnect', () => { process.exit() })
