// A feed in Atom (RFC 4287); and the Atom feed of warnings that leads to CAP documents, as the weather services have it. Pure.
import { areaParts, capNamespace, capTime, capType, type Alert } from './cap.ts'
import type { CapMessage } from './cap-messages.ts'
import { asHtml, beginning, newest, type Entry, type Feed } from './feed.ts'
import { element, xmlDocument, type Xml } from './xml.ts'

export const atomType = 'application/atom+xml; charset=utf-8'
const atom = 'http://www.w3.org/2005/Atom'

export function writeAtom (feed: Feed): string {
  return xmlDocument(element('feed', { 'xmlns': atom, 'xml:lang': feed.language },
    ...head(feed),
    ...feed.entries.map(entry),
  ))
}

function head ({ title, self, home, updatedAt }: Pick<Feed, 'title' | 'self' | 'home' | 'updatedAt'>): Xml[] {
  return [
    element('id', {}, self),
    element('title', {}, title),
    element('updated', {}, updatedAt.toISOString()),
    element('author', {}, element('name', {}, 'Tin Báo')),
    element('link', { rel: 'self', type: 'application/atom+xml', href: self }),
    element('link', { rel: 'alternate', type: 'text/html', href: home }),
  ]
}

function entry (one: Entry): Xml {
  return element('entry', { 'xml:lang': one.language },
    element('id', {}, one.url),
    element('title', {}, one.title),
    element('published', {}, one.publishedAt.toISOString()),
    element('updated', {}, one.changedAt.toISOString()),
    element('author', {}, element('name', {}, one.author)),
    ...one.categories.map(category => element('category', { ...category })),
    element('link', { rel: 'alternate', type: 'text/html', href: one.url }),
    one.picture === null ? null : element('link', { rel: 'enclosure', type: one.picture.type, href: one.picture.url }),
    element('summary', {}, one.summary),
    element('content', { type: 'html' }, asHtml(one.text)),
  )
}

/** What leads to a CAP document. `url`: where it is for ever. */
export interface CapEntry { message: CapMessage, url: string }

/**
 * The feed of messages that matter now. An entry's name is the address of its message; parts of the message stand in CAP's
 * own namespace, so that readers can choose without fetching it.
 */
export function writeCapFeed ({ title, self, home }: Pick<Feed, 'title' | 'self' | 'home'>, entries: readonly CapEntry[]): string {
  return xmlDocument(element('feed', { 'xmlns': atom, 'xmlns:cap': capNamespace, 'xml:lang': 'vi' },
    ...head({ title, self, home, updatedAt: newest(entries.map(({ message }) => message.alert.sent)) }),
    ...entries.map(({ message, url }) => capEntry(message.alert, url)),
  ))
}

function capEntry (alert: Alert, url: string): Xml | null {
  const [info] = alert.infos
  if (info === undefined) return null
  return element('entry', {},
    element('id', {}, url),
    element('title', {}, info.headline),
    element('updated', {}, capTime(alert.sent)),
    element('author', {}, element('name', {}, info.senderName)),
    ...info.categories.map(term => element('category', { term })),
    element('link', { type: capType, href: url }),
    element('link', { rel: 'alternate', type: 'text/html', href: info.web }),
    element('summary', {}, beginning(info.description, 280)),
    element('cap:identifier', {}, alert.identifier),
    element('cap:sender', {}, alert.sender),
    element('cap:sent', {}, capTime(alert.sent)),
    element('cap:status', {}, alert.status),
    element('cap:msgType', {}, alert.msgType),
    element('cap:event', {}, info.event),
    element('cap:urgency', {}, info.urgency),
    element('cap:severity', {}, info.severity),
    element('cap:certainty', {}, info.certainty),
    element('cap:effective', {}, capTime(info.effective ?? alert.sent)),
    info.expires === undefined ? null : element('cap:expires', {}, capTime(info.expires)),
    // Outlines are for those who fetch the message: a province has fourteen hundred corners.
    ...info.areas.flatMap(area => areaParts({ ...area, polygons: [] }, 'cap:')),
  )
}
