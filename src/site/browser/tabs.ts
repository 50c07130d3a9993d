// One conversation, perhaps two tabs: only one of them goes on, so that they don't write over each other.

interface Note {
  kind: 'here' | 'busy'
  tab: string
  at: number
}

export interface Tabs {
  /** Makes this the tab that goes on; false: another one is in the middle of sending. */
  take (): Promise<boolean>
  close (): void
}

/** How long another tab has to say that it is busy. */
const patience = 150

/** @param lost called when another tab goes on instead of this one */
export function makeTabs (tab: string, isBusy: () => boolean, lost: () => void): Tabs {
  // Missing in very old browsers: there the last one to write wins.
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('tin-bao') : null
  let takenAt = 0
  let refused = false
  channel?.addEventListener('message', (event: MessageEvent<Note>) => {
    const { kind, tab: other, at } = event.data
    if (kind === 'busy') refused = true
    else if (isBusy()) channel.postMessage({ kind: 'busy', tab, at: takenAt } satisfies Note)
    // Two that start in one moment: the later one goes on, by name when even that is equal.
    else if (takenAt > 0 && (at > takenAt || (at === takenAt && other > tab))) {
      takenAt = 0
      lost()
    }
  })
  return {
    async take () {
      takenAt = Date.now()
      refused = false
      channel?.postMessage({ kind: 'here', tab, at: takenAt } satisfies Note)
      if (channel !== null) await new Promise(resolve => { setTimeout(resolve, patience) })
      if (refused) takenAt = 0
      return !refused
    },
    close () { channel?.close() },
  }
}
