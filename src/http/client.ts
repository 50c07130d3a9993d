// Where a request comes from. Used to slow down and to keep inner doors shut; never written anywhere.
import type { Context } from 'hono'
import { BlockList, isIP } from 'node:net'

/**
 * The address a client is told apart by; null when unknown. IPv6 is cut to its /64, which one household holds whole.
 * X-Forwarded-For is believed only from a socket of this machine or a private network, and only its last hop: that is the one
 * our own reverse proxy wrote, all before it came from the client. So the proxy must append to it or set it (all usual ones
 * do), and a program that is reachable from a private network without a proxy lets those neighbours choose their address.
 */
export function clientAddress (c: Context): string | null {
  const socket = socketAddress(c)
  if (socket === null) return null
  const hop = isNear(socket) ? c.req.header('x-forwarded-for')?.slice(-100).split(',').at(-1)?.trim() : undefined
  return network(hop !== undefined && isIP(hop) !== 0 ? plain(hop) : socket)
}

/**
 * True when the request was made on this machine or its private network and no proxy passed it on from elsewhere.
 * A proxy says so in one of these headers; one that adds none would open the inner doors to the world.
 */
export function isFromNearby (c: Context): boolean {
  const socket = socketAddress(c)
  return socket !== null && isNear(socket) && ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].every(name => c.req.header(name) === undefined)
}

function socketAddress (c: Context): string | null {
  // Absent when a route is asked without a server.
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  const address = env?.incoming?.socket?.remoteAddress
  return address === undefined || isIP(address) === 0 ? null : plain(address)
}

/** Without the IPv6 form of an IPv4 address, and without a zone. */
function plain (address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '')
}

const near = new BlockList()
near.addSubnet('127.0.0.0', 8)
near.addSubnet('10.0.0.0', 8)
near.addSubnet('172.16.0.0', 12)
near.addSubnet('192.168.0.0', 16)
near.addSubnet('169.254.0.0', 16)
near.addAddress('::1', 'ipv6')
near.addSubnet('fc00::', 7, 'ipv6')
near.addSubnet('fe80::', 10, 'ipv6')

function isNear (address: string): boolean {
  return near.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function network (address: string): string {
  if (isIP(address) !== 6) return address
  // The URL parser writes IPv6 in one way only.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill('0')
  return `${[...front, ...gap, ...back].slice(0, 4).join(':')}::/64`
}
