// A bulletin as data for other programs: what the page shows, and nothing else. Pure.
import { levelOf } from '../bulletins/content.ts'
import { pictureType } from '../bulletins/picture-type.ts'
import type { Shown } from '../bulletins/shown.ts'
import { localityName } from '../localities/locality.ts'

export function bulletinJson ({ published, part, picture, changedAt }: Shown, publicUrl: string): Record<string, unknown> {
  const { code, content, audience, training, publishedAt, version, standing, about, correctedBy } = published
  const url = `${publicUrl}/b/${code}`
  const whole = part === 'everything'
  return {
    code, url, kind: content.kind, level: levelOf[content.kind], training, standing, version,
    publishedAt: publishedAt.toISOString(), changedAt: changedAt.toISOString(), validUntil: content.validUntil,
    about, correctedBy,
    source: content.source,
    topics: audience.topics,
    localities: audience.localities.map(commune => ({ code: commune, name: localityName(commune, 'vi') })),
    // By name, so that what is prepared for later, or added one day, does not come out by itself.
    texts: part === 'nothing' ? {} : Object.fromEntries(Object.entries(content.texts).map(([language, { headline, body, toDo }]) => [language, whole ? { headline, body, toDo } : { headline }])),
    ...(whole ? { hazard: content.hazard, place: content.place, law: content.law, notice: content.notice } : {}),
    picture: picture === null || pictureType(picture.file) === null ? null : { url: `${url}/picture?version=${version}`, width: picture.width, height: picture.height, alt: picture.alt },
  }
}
