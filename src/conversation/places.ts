// Finding a commune for a conversation, from the lists and the map of `localities/`. Pure.
import { localityAt, type Boundaries } from '../localities/at-point.ts'
import { findLocality } from '../localities/find.ts'
import type { Locality } from '../localities/locality.ts'
import type { Place, Places } from './flow.ts'

/** @param boundaries null while the map is not loaded: a position is then taken without naming its commune */
export function makePlaces (boundaries: () => Boundaries | null): Places {
  return {
    find (text) {
      const found = findLocality(text)
      if (found.kind === 'one') return [{ ...placeOf(found.locality), ...(found.formerly === undefined ? {} : { because: found.formerly }) }]
      return found.kind === 'several' ? found.candidates.map(({ locality, because }) => ({ ...placeOf(locality), because })) : []
    },
    near (text) {
      const found = findLocality(text)
      return found.kind === 'none' ? found.near.map(placeOf) : []
    },
    at (lat, lng) {
      const map = boundaries()
      const at = map === null ? null : localityAt(lat, lng, map)
      return at === null ? null : { place: placeOf(at.locality), sure: at.sure }
    },
  }
}

const placeOf = (locality: Locality): Place => ({ code: locality.code, name: locality.fullName })
