// The browser as a place to talk in, as far as a flow may know it.
import type { Content } from '../../channels/message.ts'
import type { Here, Places } from '../../conversation/flow.ts'
import type { State } from '../../conversation/standing.ts'
import { script } from '../../flows/script.ts'
import { placesFor } from './places.ts'

export function browserHere ({ fileBytes, ...more }: Pick<Here, 'language' | 'say' | 'now' | 'places'> & { fileBytes: number }): Here {
  return {
    channel: 'web-chat',
    shows: { text: 20_000, buttons: 40, buttonBytes: 200, buttonLabel: 0, askLocation: true, fileBytes },
    webUrl: location.origin,
    sealsHere: true,
    ...more,
  }
}

/** The names of communes when a place is answered, and the map as well when a position was shared. */
export async function placesNeeded (state: State, content: Content | null): Promise<Places> {
  const flow = state.standing === null ? undefined : script.flows[state.standing.flow]
  const asksPlace = flow?.steps.some(step => step.kind === 'place' && step.id === state.standing?.step) === true
  if (!asksPlace || (content?.kind !== 'text' && content?.kind !== 'location')) return placesFor(null)
  return await placesFor(content.kind === 'location' ? 'map' : 'names')
}
