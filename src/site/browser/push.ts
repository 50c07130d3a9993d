// Offers to tell of news on this device: explains first, lets the browser ask then, and says plainly what came of it.
import type { Language, Say, TextKey } from '../../i18n.ts'
import { paragraph, type Panel } from './panel.ts'
import { ask, fieldOf } from './request.ts'

export interface PushRoom {
  panel: Panel
  language: () => Language
  say: () => Say
  /** A word in the log. */
  note: (key: TextKey) => void
}

const script = '/service-worker.js'
/** A browser that can't start the script never says so. */
const patience = 10_000

/** @returns what takes the offer away again when the person goes on with something else */
export async function offerPush (room: PushRoom): Promise<() => void> {
  const ours = await keyOfServer()
  if (ours === null) return () => {}
  if (!isSupported()) {
    if (!isApplePhone()) room.note('site.push.cannot')
    else {
      addManifest()
      return offer(room, 'site.push.homeScreen', [['site.push.understood', 'main', () => {}]])
    }
    return () => {}
  }
  const mine = await subscriptionHere()
  if (Notification.permission === 'granted' && mine !== null && isFor(mine, ours)) {
    // Perhaps it belonged to another chat until now.
    await tellServer(mine, room.language()).catch(() => {})
    return offer(room, 'site.push.isOn', [['site.push.keepOn', 'main', () => {}], ['site.push.turnOff', 'quiet', () => { void turnOff(room) }]])
  }
  if (Notification.permission === 'denied') {
    room.note('site.push.denied')
    return () => {}
  }
  return offer(room, 'site.push.offer', [['site.push.allow', 'main', () => { void turnOn(room, ours) }], ['site.push.later', 'quiet', () => {}]])
}

/** The chat is no longer subscribed: its server knows this browser no more, and the browser's push service shall not either. */
export async function stopPush (): Promise<void> {
  if (!isSupported()) return
  await (await subscriptionHere())?.unsubscribe().catch(() => {})
}

function offer ({ panel, say }: PushRoom, words: TextKey, answers: [label: TextKey, tone: 'main' | 'quiet', then: () => void][]): () => void {
  // Read out when it comes, without taking the focus from where somebody is.
  const text = paragraph('')
  text.setAttribute('role', 'status')
  const close = panel.show([text], answers.map(([label, tone, then]) => ({ label: say()(label), tone, press: () => { close(); then() } })))
  requestAnimationFrame(() => { text.textContent = say()(words) })
  return close
}

async function turnOn (room: PushRoom, ours: string): Promise<void> {
  // In some browsers the question is small, or hidden behind a bell beside the address.
  const close = room.panel.show([room.say()('site.push.asking')], [{ label: room.say()('site.push.later'), tone: 'quiet', press: () => { close() } }])
  // First of all: browsers let a page ask only while a press is fresh.
  const permission = await Notification.requestPermission().catch(() => 'denied' as const)
  if (permission !== 'granted') {
    close()
    room.note(permission === 'denied' ? 'site.push.denied' : 'site.push.notNow')
    return
  }
  try {
    await tellServer(await subscribe(ours), room.language())
    room.note('site.push.on')
  } catch {
    await stopPush()
    room.note('site.push.failed')
  } finally {
    close()
  }
}

async function turnOff (room: PushRoom): Promise<void> {
  const mine = await subscriptionHere()
  try {
    if (mine !== null) await ask('DELETE', '/push', { endpoint: mine.endpoint })
    room.note('site.push.off')
  } catch {
    room.note('site.failed')
    return
  }
  await mine?.unsubscribe().catch(() => {})
}

async function subscribe (ours: string): Promise<PushSubscription> {
  await navigator.serviceWorker.register(script, { scope: '/', updateViaCache: 'none' })
  const { pushManager } = await within(navigator.serviceWorker.ready)
  const before = await pushManager.getSubscription()
  if (before !== null && isFor(before, ours)) return before
  // A browser holds one at a time, and this one is for a key that the server has no more.
  await before?.unsubscribe()
  return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(ours) })
}

async function tellServer (subscription: PushSubscription, language: Language): Promise<void> {
  const { endpoint, keys } = subscription.toJSON()
  await ask('POST', '/push', { endpoint, keys, language })
}

async function keyOfServer (): Promise<string | null> {
  const key = fieldOf(await ask('GET', '/push/key').catch(() => null), 'key')
  return typeof key === 'string' ? key : null
}

async function subscriptionHere (): Promise<PushSubscription | null> {
  try {
    return await (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription() ?? null
  } catch {
    return null
  }
}

function isSupported (): boolean {
  return isSecureContext && 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis
}

/** There only a page on the home screen may notify. A newer iPad says it is a Mac, but has a screen to touch. */
function isApplePhone (): boolean {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1)
}

function addManifest (): void {
  if (document.querySelector('link[rel=manifest]') !== null) return
  const link = document.createElement('link')
  link.rel = 'manifest'
  link.href = '/manifest.webmanifest'
  document.head.append(link)
}

function isFor (subscription: PushSubscription, ours: string): boolean {
  const key = subscription.options.applicationServerKey
  return key !== null && new Uint8Array(key).toString() === bytesOf(ours).toString()
}

function bytesOf (base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))
}

async function within<T> (work: Promise<T>): Promise<T> {
  return await Promise.race([work, new Promise<never>((_, reject) => { setTimeout(() => { reject(new Error('It takes too long.')) }, patience) })])
}
