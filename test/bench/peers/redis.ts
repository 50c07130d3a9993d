// The least a Redis client can be: commands written as they come, answers in their order. In the shape that BullMQ knows from Bun.
import { connect, type Socket } from 'node:net'

type Reply = string | number | null | Error | Reply[]

export class TinyRedis {
  connected = false
  onconnect: () => void = () => {}
  onclose: (error?: Error) => void = () => {}
  readonly #port: number
  #socket: Socket | undefined
  #left: Buffer = Buffer.alloc(0)
  readonly #waiting: { resolve (reply: Reply): void, reject (error: Error): void }[] = []
  #out: (string | Buffer)[] = []

  constructor (port: number) {
    this.#port = port
  }

  async connect (): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1').setNoDelay(true)
    this.#socket = socket
    socket.on('data', part => { this.#read(part) })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.connected = false
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('Connection closed'))
      this.onclose()
    })
    await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('error', reject) })
    this.connected = true
    this.onconnect()
  }

  close (): void {
    this.#socket?.destroy()
  }

  duplicate (): TinyRedis {
    return new TinyRedis(this.#port)
  }

  async send (command: string, args: readonly (string | number | Buffer)[]): Promise<Reply> {
    return await new Promise<Reply>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      // What is said in one turn of the loop goes out together.
      if (this.#out.length === 0) queueMicrotask(() => { this.#flush() })
      this.#out.push(`*${args.length + 1}\r\n$${Buffer.byteLength(command)}\r\n${command}\r\n`)
      for (const arg of args) {
        if (Buffer.isBuffer(arg)) this.#out.push(`$${arg.length}\r\n`, arg, '\r\n')
        else this.#out.push(`$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`)
      }
    })
  }

  #flush (): void {
    const all = this.#out
    this.#out = []
    this.#socket?.write(all.some(Buffer.isBuffer) ? Buffer.concat(all.map(one => typeof one === 'string' ? Buffer.from(one) : one)) : all.join(''))
  }

  #read (part: Buffer): void {
    this.#left = this.#left.length === 0 ? part : Buffer.concat([this.#left, part])
    for (let at = 0; ;) {
      const found = parse(this.#left, at)
      if (found === null) {
        this.#left = this.#left.subarray(at)
        return
      }
      at = found.end
      const waiting = this.#waiting.shift()
      if (found.reply instanceof Error) waiting?.reject(found.reply)
      else waiting?.resolve(found.reply)
    }
  }
}

/** RESP2. Null: it has not all arrived. */
function parse (from: Buffer, at: number): { reply: Reply, end: number } | null {
  const line = from.indexOf('\r\n', at)
  if (line < 0) return null
  const text = from.toString('utf8', at + 1, line)
  const next = line + 2
  switch (from[at]) {
    case 0x2b: return { reply: text, end: next }
    case 0x2d: return { reply: new Error(text), end: next }
    case 0x3a: return { reply: Number(text), end: next }
    case 0x24: {
      const length = Number(text)
      if (length < 0) return { reply: null, end: next }
      return from.length < next + length + 2 ? null : { reply: from.toString('utf8', next, next + length), end: next + length + 2 }
    }
    default: {
      const many = Number(text)
      if (many < 0) return { reply: null, end: next }
      const list: Reply[] = []
      let end = next
      for (let n = 0; n < many; n++) {
        const found = parse(from, end)
        if (found === null) return null
        list.push(found.reply)
        end = found.end
      }
      return { reply: list, end }
    }
  }
}
