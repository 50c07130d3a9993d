// The names of communes and the map: loaded when a place is asked for, not with the page.
import type { Places } from '../../conversation/flow.ts'

const none: Places = { find: () => [], near: () => [], at: () => null }

/** @param what null: nothing will be looked up */
export function placesFor (what: null): Places
export function placesFor (what: 'names' | 'map'): Promise<Places>
export function placesFor (what: 'names' | 'map' | null): Places | Promise<Places> {
  return what === null ? none : loaded(what)
}

async function loaded (what: 'names' | 'map'): Promise<Places> {
  const [{ makePlaces }, map] = await Promise.all([
    import('../../conversation/places.ts'),
    what === 'map' ? import('../../localities/boundaries.ts') : null,
  ])
  return makePlaces(() => map?.boundaries ?? null)
}
