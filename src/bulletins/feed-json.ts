// A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Pure.
import { asHtml, type Feed } from './feed.ts'

export const jsonFeedType = 'application/feed+json; charset=utf-8'

export function writeJsonFeed ({ title, self, home, language, entries }: Feed): string {
  return `${JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: title.toWellFormed(),
    home_page_url: home,
    feed_url: self,
    language,
    authors: [{ name: 'Tin Báo' }],
    items: entries.map(entry => ({
      id: entry.url,
      url: entry.url,
      title: entry.title.toWellFormed(),
      summary: entry.summary.toWellFormed(),
      content_text: entry.text.toWellFormed(),
      content_html: asHtml(entry.text.toWellFormed()),
      ...(entry.picture === null ? {} : { image: entry.picture.url }),
      date_published: entry.publishedAt.toISOString(),
      date_modified: entry.changedAt.toISOString(),
      authors: [{ name: entry.author.toWellFormed() }],
      tags: entry.categories.map(({ term }) => term),
      language: entry.language,
    })),
  }, null, 1)}\n`
}
