// How long nothing else in this process could be done.

export interface Stall {
  /** The longest time since the last call, in milliseconds. */
  longest (): number
  stop (): void
}

export function watchStalls (): Stall {
  let [longest, last] = [0, performance.now()]
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - 1)
    last = now
  }, 1)
  return {
    longest () {
      const found = longest
      longest = 0
      last = performance.now()
      return found
    },
    stop () { clearInterval(timer) },
  }
}
