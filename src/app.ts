// The composition root: every part built once, by hand, in reading order; then started, and stopped in the other order.
import { randomUUID } from 'node:crypto'
import type { EntityName, MikroORM, Options } from '@mikro-orm/sql'
import { Hono } from 'hono'
import { ormOptions } from '../mikro-orm.config.ts'
import { bringsTo } from './channels/brings.ts'
import type { Channel } from './channels/channel.ts'
import type { Address, ChannelName } from './channels/message.ts'
import { firstTime } from './channels/seen.ts'
import { telegramChannel } from './channels/telegram/telegram.ts'
import { telegramTexts } from './channels/telegram/texts.ts'
import { forgetLines } from './channels/web-chat/lines.ts'
import { webChatChannel } from './channels/web-chat/web-chat.ts'
import { zaloOaTexts } from './channels/zalo-oa/texts.ts'
import { forgetWindow } from './channels/zalo-oa/window.ts'
import { dayInVietnam, systemClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { handle, makeConverse } from './conversation/converse.ts'
import { makeFloodGate } from './conversation/flood.ts'
import { forgetPerson } from './conversation/forget.ts'
import { replySender } from './conversation/deliver-replies.ts'
import { makePlaces } from './conversation/places.ts'
import { Reply } from './conversation/reply.ts'
import { bulletinWork, tariffsOf } from './bulletin-parts.ts'
import { editionsByCode } from './bulletins/editions.ts'
import { readPicture } from './bulletins/picture.ts'
import { liveProgress } from './bulletins/live.ts'
import type { BulletinRoom } from './bulletins/room.ts'
import { latestPublished, publishedByCode } from './bulletins/shelf.ts'
import type { Place } from './channels/place.ts'
import { facebookPlaces, telegramPlaces, zaloPlaces } from './places.ts'
import { repliesWaiting } from './conversation/say.ts'
import type { ConversationRoom } from './conversation/room.ts'
import { SetAside, trySetAside } from './conversation/set-aside.ts'
import { addressesUnderWay } from './conversation/under-way.ts'
import { openDatabase } from './db/open.ts'
import { inTransaction } from './db/transaction.ts'
import { makeAct, makeWorkFirst } from './flows/do.ts'
import { script } from './flows/script.ts'
import { staffScriptFor } from './flows/staff-script.ts'
import { buildAssets, type AssetSources } from './http/assets.ts'
import { makeCrowd } from './http/crowd.ts'
import { makeDoorkeeper } from './http/doorkeeper.ts'
import { guard } from './http/guard.ts'
import { makePuzzles } from './http/puzzle.ts'
import { listen } from './http/server.ts'
import { startJobs, watchedJobs } from './jobs.ts'
import { boundaries } from './localities/boundaries.ts'
import type { Language, Say } from './i18n.ts'
import { says, texts } from './locales.ts'
import { describeError, type Log } from './log.ts'
import { makeBell, type Bell } from './queue/bell.ts'
import { whileElected } from './queue/elected.ts'
import { startLoop } from './queue/loop.ts'
import { takeOver, type Waiting } from './queue/waiting.ts'
import { pooledRandom } from './random.ts'
import { loadOrCreateServerKeys } from './server-key.ts'
import { chatSources } from './site/chat-assets.ts'
import { bulletinSources } from './site/bulletin-assets.ts'
import { bulletinRoutes } from './site/bulletin-routes.ts'
import { chatRoutes, firstWords } from './site/chat-routes.ts'
import { explain } from './site/explain.ts'
import { crowdsHere, healthRoutes, queue } from './site/health.ts'
import { makeMetrics } from './site/metrics.ts'
import { count, type Counted } from './db/counter.ts'
import { officerAt } from './staff/officers.ts'
import { pushRoutes, pushSources } from './site/push-routes.ts'
import { loadOrCreatePushKeys } from './subscribers/push-keys.ts'
import { makeWaker } from './subscribers/push-wake.ts'
import { markLeft, markReturned } from './subscribers/subscribe.ts'
import { agencyRoutes } from './tips/agency.ts'
import { Attachment } from './tips/attachment.ts'
import { fileCleaner } from './tips/cleaning/clean-in-worker.ts'
import { deliverHandoffs } from './tips/deliver-handoff.ts'
import { runAttachments } from './tips/files.ts'
import { Handoff } from './tips/handoff.ts'
import { loadOrCreateRecipients } from './tips/recipients.ts'
import type { TipRoom } from './tips/room.ts'
import { tellWhatWaited } from './tips/came-back.ts'
import { ThreadMessage } from './tips/thread.ts'
import { fileSealer } from './tips/seal-in-worker.ts'

export interface App {
  /** Where it listens on this machine. */
  url: string
  orm: MikroORM
  /** What was made on this first start, for the terminal. */
  made: { file: string, what: 'server' | 'duty' | 'inspectorate' }[]
  /** Private keys of units that still lie on this server. */
  privateKeysHere: string[]
  /** False: tips about police can be opened by whoever opens the others. */
  policeApart: boolean
  channels: readonly Channel[]
  /** For the verbs of bulletins. */
  bulletins: BulletinRoom
  /** Takes nothing new, finishes what is on the wire, and closes. What waits stays in its rows. */
  stop (): Promise<void>
}

export interface Surroundings {
  log: Log
  clock?: Clock
  /** MikroORM's options; by default those of the configured database. */
  database?: Options
}

/**
 * Starts the program.
 * @throws Error with a sentence for the operator: a key that can't be read, a port in use, a database that is away
 */
export async function startApp (config: Config, { log, clock = systemClock, database }: Surroundings): Promise<App> {
  const random = pooledRandom()
  const { web, worker } = { web: config.role !== 'worker', worker: config.role !== 'web' }

  // Takes the longest, on a processor of its own.
  const building = web ? buildAssets(pageSources()) : null
  building?.catch(() => {})

  // Keys and the database.
  const { keys, created } = loadOrCreateServerKeys(config.serverKeyFile, random)
  const tipKeys = await loadOrCreateRecipients(config.tipRecipients, config.dataDir)
  const orm = await openDatabase(database ?? await ormOptions(config.database))

  // What is watched, and how crowds are met.
  const queues = [queue('replies', Reply), queue('set-aside', SetAside), queue('attachments', Attachment), queue('handoffs', Handoff)]
  const metrics = makeMetrics({ orm, clock, queues })
  const flood = makeFloodGate({ crowdCame: () => { log.warn('many newcomers at once: they are put off until later, people in a conversation are served') } })
  flood.remember(await addressesUnderWay(orm, clock()), clock())
  const crowd = makeCrowd(() => { log.warn('many at once at the doors of the web: browsers are asked for a small sum first') })
  const puzzles = makePuzzles(keys, async name => await inTransaction(orm, async em => await firstTime(em, 'web-chat', `puzzle ${name}`, clock())))
  const doorkeeper = makeDoorkeeper({ crowd, puzzles, clock, observe: metrics.atTheDoor })

  // Ways to reach people.
  const bell = {
    replies: { 'web-chat': makeBell(), telegram: makeBell(), 'zalo-oa': makeBell(), 'zalo-bot': makeBell() } satisfies Record<ChannelName, Bell>,
    files: makeBell(),
    handoffs: makeBell(),
    bulletins: makeBell(),
  }
  const say = (language: Language): Say => says[language]
  const webChat = webChatChannel({
    orm, keys, clock, log, random, say,
    dataDir: config.dataDir,
    publicUrl: config.publicUrl,
    doorkeeper,
    firstWords: language => firstWords(conversation, language),
    stillToSay: async address => await repliesWaiting(orm, keys, address),
  })
  const channels: Channel[] = [webChat]
  const tariffs = tariffsOf(config)
  const places: Place[] = await facebookPlaces(config, clock)
  if (config.telegram !== null) {
    channels.push(telegramChannel({ ...config.telegram, rate: tariffs.telegram.rate, paid: config.telegram.paidBroadcast, publicUrl: config.publicUrl, clock, log, texts: telegramTexts(says) }))
  }
  const telegram = channels.find(({ name }) => name === 'telegram')
  if (telegram !== undefined) places.push(...telegramPlaces(config, telegram.gate, clock, log))
  // Zalo's channels bring a client of their own, which need not be in memory where they are off.
  if (config.zaloOa !== null) {
    const { zaloOaChannel } = await import('./channels/zalo-oa/zalo-oa.ts')
    const withdrawn = async (address: Address): Promise<void> => {
      await inTransaction(orm, async em => { await forgetPerson(em, conversation, address) })
    }
    const oa = zaloOaChannel({ ...config.zaloOa, orm, keys, clock, log, random, dataDir: config.dataDir, texts: zaloOaTexts(says), withdrawn, cameBack: async (em, address) => { await tellWhatWaited(em, tips, address) } })
    channels.push(oa)
    places.push(...await zaloPlaces(config, oa.tokens, clock))
  }
  if (config.zaloBot !== null) {
    const { zaloBotChannel } = await import('./channels/zalo-bot/zalo-bot.ts')
    channels.push(zaloBotChannel({ ...config.zaloBot, publicUrl: config.publicUrl, groupLine: says.vi('telegram.groupLine', { link: `${config.publicUrl}/` }), clock, log }))
  }
  const channel = (name: ChannelName): Channel => channels.find(c => c.name === name) ?? webChat

  // The tips and the conversation.
  const sealer = fileSealer()
  const cleaner = fileCleaner()
  const tips: TipRoom = { keys, recipients: tipKeys.recipients, clock, dataDir: config.dataDir, random, say, brings: bringsTo(keys, clock, config.zaloOa?.paid ?? false), patternSeen: metrics.patternSeen }
  const conversation: ConversationRoom = {
    orm, keys, script, clock, log, channel,
    say,
    places: makePlaces(() => boundaries),
    webUrl: `${config.publicUrl}/`,
    act: makeAct({ tips, forgetLines, forgetWindow, bulletins: () => bulletins }),
    scriptFor: staffScriptFor(async (em, address) => await officerAt(em, keys, address) !== null),
    workFirst: makeWorkFirst({ tips }),
    reachable: async (em, address, yes) => {
      await (yes ? markReturned : markLeft)(em, keys, address, clock())
      if (yes) await tellWhatWaited(em, tips, address)
    },
    count: async (em, what) => { await count(em, what as Counted, dayInVietnam(clock())) },
    ring: only => {
      if (only !== undefined) return bell.replies[only].ring()
      for (const b of [...Object.values(bell.replies), bell.files, bell.handoffs]) b.ring()
    },
    handled: metrics.updatesHandled,
  }
  const receive = makeConverse(conversation, flood)

  // The bulletins.
  const { webPush } = config
  // Push services want somebody they can complain to; without one, pages don't offer it.
  const push = webPush.contact === null ? null : { push: loadOrCreatePushKeys(config.dataDir).keys, hosts: webPush.hosts, contact: webPush.contact }
  const waker = push === null ? null : makeWaker(orm, keys, push, log)
  const bulletins: BulletinRoom = {
    orm, keys, clock, log, random, say, channels,
    publicUrl: config.publicUrl,
    tariff: name => tariffs[name],
    zaloPaid: config.zaloOa?.paid ?? false,
    places: places.map(({ name }) => name),
    ring: () => { bell.bulletins.ring() },
    wake: async (addressKey, notice) => { await waker?.wake(addressKey, notice) },
    counted: metrics.bulletins,
  }
  const sendsBulletins = bulletinWork(bulletins, bell.bulletins, config.dataDir, log)

  // The doors.
  const door = new Hono()
  guard(door, { publicUrl: config.publicUrl, log, explain, observe: metrics.answered })
  healthRoutes(door, { orm, clock, role: config.role, queues, channels, jobs: worker ? watchedJobs : [], crowds: () => crowdsHere(flood.crowd(clock()), crowd.since(clock())) })
  metrics.routes(door)
  if (building !== null) {
    const assets = await building
    assets.routes(door)
    for (const c of channels) c.routes(door, receive)
    chatRoutes(door, { orm, keys, tips, conversation, assets, publicUrl: config.publicUrl, doorkeeper, clock })
    pushRoutes(door, { orm, keys, clock, assets, publicUrl: config.publicUrl, door: push })
    bulletinRoutes(door, {
      say, clock, assets, boundaries,
      publicUrl: config.publicUrl,
      dataDir: config.dataDir,
      // Names us in CAP messages: unique in the world, never written to.
      sender: `tin-bao@${new URL(config.publicUrl).hostname.replace(/[^\w.-]/g, '')}`,
      shelf: {
        byCode: async code => await publishedByCode(orm, code),
        latest: async what => await latestPublished(orm, what, clock()),
        editions: async code => await editionsByCode(orm, code),
        picture: async file => (await readPicture(config.dataDir, file))?.bytes ?? null,
      },
    })
    agencyRoutes(door, orm, tips, { secret: config.agency?.secret ?? null, publicUrl: config.publicUrl })
  }
  const server = await listen(door, config)

  // The work behind the doors.
  const holder = randomUUID()
  const left = async (address: Address): Promise<void> => { await inTransaction(orm, async em => { await markLeft(em, keys, address, clock()) }) }
  const work: { stop (): Promise<void> }[] = []
  const startSender = (c: Channel): { stop (): Promise<void> } => {
    const rings = bell.replies[c.name]
    const sender = replySender({
      orm, keys, clock, log, left,
      words: language => ({ moreChoices: says[language]('chat.fit.moreChoices'), typeNumber: says[language]('chat.fit.typeNumber'), typeWord: says[language]('chat.fit.typeWord') }),
      became: async (about, delivery) => { await orm.em.fork().nativeUpdate(ThreadMessage, { id: about }, { delivery }) },
      more: () => { rings.ring() },
      sent: outcome => { metrics.repliesSent(c.name, outcome) },
    }, c)
    const loop = startLoop(`replies on ${c.name}`, async signal => await sender.round(signal), rings, 1000, log)
    return { async stop () { await loop.stop(); await sender.finished() } }
  }
  // Lines of the web chat are rows of our own database: every process may write them, no account is involved.
  work.push(startSender(webChat))
  if (worker) {
    // One process per account listens and sends (design: one sender per channel account).
    for (const c of channels.filter(c => c !== webChat)) {
      work.push(whileElected(orm, c.name, holder, async () => {
        const stopListening = await c.listen(receive)
        const live = liveProgress(bulletins, c)
        const loops = [startSender(c), sendsBulletins.startSender(c), startLoop(`progress on ${c.name}`, async signal => await live.round(signal), bell.bulletins, 1000, log)]
        return async () => { await stopListening(); await Promise.all(loops.map(async loop => { await loop.stop() })) }
      }, log))
    }
    work.push(whileElected(orm, 'bulletins', holder, async () => {
      const loops = [sendsBulletins.startSender(webChat), sendsBulletins.startClerk(), sendsBulletins.startPosting(places)]
      return async () => { await Promise.all(loops.map(async loop => { await loop.stop() })) }
    }, log))
    work.push(startLoop('updates set aside', async () => await trySetAside(conversation, async (incoming, letGo) => await handle(conversation, incoming, letGo)), makeBell(), 2000, log))
    // One process does these too, so that after a crash the next one need not wait for the leases of what was in hand.
    const alone = <Row extends Waiting>(name: string, entity: EntityName<Row>, begin: () => { stop (): Promise<void> }): { stop (): Promise<void> } => whileElected(orm, name, holder, async () => {
      await takeOver(orm, entity)
      const loop = begin()
      return async () => { await loop.stop() }
    }, log)
    work.push(alone('attachments', Attachment, () => startLoop('attachments', async () => {
      const done = await runAttachments(orm, tips, channels, { sealer, cleaner }, clock())
      for (const trouble of done.troubles) log.warn({ err: describeError(trouble) }, 'a file could not be sealed yet; it will be tried again')
      if (done.sealed + done.lost > 0) conversation.ring()
      return done.sealed + done.lost + done.later > 0
    }, bell.files, 2000, log)))
    const { agency } = config
    if (agency !== null) {
      work.push(alone('handoffs', Handoff, () => startLoop('handoffs', async signal => await deliverHandoffs(orm, tips, { ...agency, publicUrl: config.publicUrl }, { observe: metrics.handoffs, stop: signal }) > 0, bell.handoffs, 2000, log)))
    }
    work.push(await startJobs({ orm, tips, bulletins, clock, log }))
  }

  return {
    url: server.url,
    orm,
    channels,
    bulletins,
    made: [...(created ? [{ file: config.serverKeyFile, what: 'server' as const }] : []), ...tipKeys.made.map(({ file, unit }) => ({ file, what: unit }))],
    privateKeysHere: tipKeys.privateKeysStillHere,
    policeApart: tipKeys.recipients.policeApart,
    async stop () {
      await server.stop()
      await Promise.all(work.map(async part => { await part.stop() }))
      await waker?.stop()
      await Promise.all([sealer.stop(), cleaner.stop()])
      await orm.close()
    },
  }
}

/** What the pages are made of: the chat's, the bulletins' and the notifications'. */
function pageSources (): AssetSources {
  const [chat, bulletins, push] = [chatSources(texts), bulletinSources(), pushSources()]
  return { ...chat, scripts: { ...chat.scripts, ...bulletins.scripts, ...push.scripts }, files: { ...chat.files, ...bulletins.files, ...push.files } }
}
