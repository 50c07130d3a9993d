// A feed in RSS 2.0, for readers that know nothing newer. Pure.
import { asHtml, type Entry, type Feed } from './feed.ts'
import { element, xmlDocument, type Xml } from './xml.ts'

export const rssType = 'application/rss+xml; charset=utf-8'

export function writeRss ({ title, self, home, language, updatedAt, entries }: Feed): string {
  return xmlDocument(element('rss', { 'version': '2.0', 'xmlns:atom': 'http://www.w3.org/2005/Atom', 'xmlns:dc': 'http://purl.org/dc/elements/1.1/' },
    element('channel', {},
      element('title', {}, title),
      element('link', {}, home),
      element('description', {}, title),
      element('language', {}, language),
      element('lastBuildDate', {}, updatedAt.toUTCString()),
      element('ttl', {}, '5'),
      element('atom:link', { rel: 'self', type: 'application/rss+xml', href: self }),
      ...entries.map(item),
    ),
  ))
}

function item (entry: Entry): Xml {
  return element('item', {},
    element('title', {}, entry.title),
    element('link', {}, entry.url),
    element('guid', { isPermaLink: 'true' }, entry.url),
    element('pubDate', {}, entry.publishedAt.toUTCString()),
    element('dc:creator', {}, entry.author),
    ...entry.categories.map(({ term, label }) => element('category', { domain: term }, label)),
    // Readers take this for HTML: a text with `<` in it must not become a tag there.
    element('description', {}, asHtml(entry.text)),
  )
}
