// What tests of the server share: a raw socket, and a log that can be read.
import { connect } from 'node:net'
import pino from 'pino'
import { describeError, type Log } from '../../src/log.ts'

/** Sends bytes as they are; resolves with everything that came back when the server closed the connection, or after a second of silence. */
export async function rawRequest (port: number, text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => { socket.write(text) })
    let answer = ''
    socket.setTimeout(1000, () => { socket.destroy() })
    socket.on('data', data => { answer += data.toString() })
    socket.on('error', reject)
    socket.on('close', () => { resolve(answer) })
  })
}

export function capturedLog (): { log: Log, lines: string[] } {
  const lines: string[] = []
  return { lines, log: pino({ base: {}, serializers: { err: describeError } }, { write: (line: string) => { lines.push(line) } }) }
}
