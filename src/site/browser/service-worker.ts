// Runs beside the page, also while it is closed: shows a notification when there is news, and opens it on a press. Keeps nothing, fetches nothing.
// Imports nothing either: a service worker is one file.

/** What the compiler does not know of a service worker, which is no window. */
interface Later extends Event { waitUntil (work: Promise<unknown>): void }
interface Pushed extends Later { data: { json (): unknown } | null }
interface Pressed extends Later { notification: Notification }
interface Changed extends Later { oldSubscription: PushSubscription | null, newSubscription: PushSubscription | null }
interface Window { url: string, focus (): Promise<unknown> }
interface Worker {
  registration: ServiceWorkerRegistration
  clients: { matchAll (which: { type: 'window', includeUncontrolled: true }): Promise<Window[]>, openWindow (url: string): Promise<unknown> }
  skipWaiting (): Promise<void>
  addEventListener (type: string, listener: (event: never) => void): void
}

const worker = self as unknown as Worker

worker.addEventListener('install', (event: Later) => { event.waitUntil(worker.skipWaiting()) })
worker.addEventListener('push', (event: Pushed) => { event.waitUntil(show(event.data)) })
worker.addEventListener('notificationclick', (event: Pressed) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})
// A browser may exchange its address at the push service.
worker.addEventListener('pushsubscriptionchange', (event: Changed) => { event.waitUntil(tellAnew(event)) })

/** Something must be shown for every push, or the browser takes the permission away: if it can't be read, then at least that there is news. */
async function show (data: Pushed['data']): Promise<void> {
  const said = read(data)
  const title = text(said['title']) || 'Tin Báo'
  const body = text(said['body'])
  const tag = text(said['tag']) || 'news'
  const before = (await worker.registration.getNotifications({ tag }))[0]
  const options: NotificationOptions & { renotify: boolean } = {
    body,
    tag,
    lang: text(said['language']) || 'vi',
    icon: '/app-icon.png',
    badge: '/app-icon.png',
    data: text(said['url']),
    requireInteraction: said['level'] === 'alarm',
    // The same again makes no sound; a correction in its place does.
    renotify: before === undefined || before.title !== title || before.body !== body,
  }
  await worker.registration.showNotification(title, options)
}

/** Opens a page of ours only, whatever was sent. */
async function open (given: unknown): Promise<void> {
  const url = new URL(page(text(given)), location.origin).href
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = windows.find(window => window.url === url)
  await (there === undefined ? worker.clients.openWindow(url) : there.focus())
}

function page (given: string): string {
  const url = URL.canParse(given, location.origin) ? new URL(given, location.origin) : null
  return url !== null && url.pathname.startsWith('/b/') ? url.pathname : '/'
}

async function tellAnew ({ oldSubscription, newSubscription }: Changed): Promise<void> {
  const options = oldSubscription?.options
  const now = newSubscription ?? (options === undefined ? null : await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: options.applicationServerKey }))
  if (now === null) return
  await fetch('/push', { method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(now) })
}

function read (data: Pushed['data']): Record<string, unknown> {
  try {
    const said: unknown = data?.json()
    return typeof said === 'object' && said !== null ? said as Record<string, unknown> : {}
  } catch {
    return {}
  }
}

function text (value: unknown): string {
  return typeof value === 'string' ? value : ''
}
