// What the pretended Zalo tells about people, tags, quotas and the account itself (zalo.md 3.5).
import { Refusal, type Platform, type Somebody } from './platform.ts'

type Body = Record<string, unknown>
type Call = (platform: Platform, body: Body) => unknown

const day = 86_400_000
/** Vietnam is seven hours ahead. */
const dayOf = (ms: number): number => Math.floor((ms + 7 * 3_600_000) / day)

/** By path. `GET` has its parameters as JSON in `data`. */
export const aboutPeople: Record<string, Call> = {
  '/v2.0/oa/getoa': platform => ({ oa_id: platform.oa.id, name: 'Công an thử', is_verified: true, package_name: 'Nâng cao', num_follower: followers(platform).length }),
  '/v3.0/oa/user/detail': detail,
  '/v3.0/oa/user/getlist': list,
  '/v2.0/oa/tag/gettagsofoa': platform => [...platform.tags.keys()],
  '/v2.0/oa/tag/tagfollower' (platform, body) {
    const tag = nameIn(body)
    platform.tags.set(tag, (platform.tags.get(tag) ?? new Set()).add(personIn(platform, body).id))
    return {}
  },
  '/v2.0/oa/tag/rmfollowerfromtag' (platform, body) {
    platform.tags.get(nameIn(body))?.delete(personIn(platform, body).id)
    return {}
  },
  '/v2.0/oa/tag/rmtag' (platform, body) {
    platform.tags.delete(nameIn(body))
    return {}
  },
  '/v2.0/oa/quota/message': platform => ({ type: 'active', remain: platform.switches.broadcasts, total: 2000 }),
  '/v3.0/oa/quota/message' (platform, body) {
    const person = personIn(platform, body)
    return {
      last_interaction: String(person.lastInteraction ?? 0), cs_reply: { remain: 8, total: 8 },
      promotion: { daily_remain: 1, daily_total: 1, monthly_remain: 4, monthly_total: 4 },
    }
  },
}

function detail (platform: Platform, body: Body): Body {
  const person = personIn(platform, body)
  return {
    user_id: person.id, user_id_by_app: '5521727971758773011', display_name: 'Lan', is_sensitive: false, user_is_follower: person.follows, avatar: '',
    user_last_interaction_date: person.lastInteraction === undefined ? '' : new Date(person.lastInteraction + 7 * 3_600_000).toISOString().slice(0, 10).split('-').toReversed().join('/'),
    tags_and_notes_info: { notes: [], tag_names: [...platform.tags].filter(([, who]) => who.has(person.id)).map(([tag]) => tag) },
  }
}

function list (platform: Platform, body: Body): Body {
  const { offset = 0, count = 50, is_follower: follows, last_interaction_period: period, tag_name: tag } = body
  if (Number(count) > 50 || Number(offset) > 9951) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  if (!(Number(count) > 0) || !(Number(offset) >= 0)) throw new Refusal(-201, 'count is invalid!')
  const found = [...platform.people.values()].filter(person => person.conversation === undefined &&
    (follows === undefined || person.follows === (String(follows) === 'true')) &&
    (tag === undefined || platform.tags.get(String(tag))?.has(person.id) === true) &&
    (period === undefined || interactedIn(platform, person, String(period))))
  return { total: found.length, count: Number(count), offset: Number(offset), users: found.slice(Number(offset), Number(offset) + Number(count)).map(({ id }) => ({ user_id: id })) }
}

function interactedIn (platform: Platform, { lastInteraction }: Somebody, period: string): boolean {
  const days = { TODAY: [0, 0], YESTERDAY: [1, 1], L7D: [0, 7], L30D: [0, 30] }[period]
  if (days === undefined) throw new Refusal(-201, 'last_interaction_period is invalid!')
  const ago = lastInteraction === undefined ? Infinity : dayOf(platform.now()) - dayOf(lastInteraction)
  return ago >= (days[0] ?? 0) && ago <= (days[1] ?? 0)
}

function followers (platform: Platform): Somebody[] {
  return [...platform.people.values()].filter(person => person.follows)
}

function personIn (platform: Platform, body: Body): Somebody {
  const person = platform.people.get(String(body['user_id']))
  if (person === undefined || person.conversation !== undefined) throw new Refusal(-201, 'user_id is invalid!')
  return person
}

function nameIn (body: Body): string {
  const name = body['tag_name']
  if (typeof name !== 'string' || name === '') throw new Refusal(-201, 'tag_name is invalid!')
  return name
}
