// Chance that can be had again: the same seed throws the same dice.

export interface Dice {
  /** A whole number from 0 to `n` - 1. */
  below (n: number): number
  /** A number between the two. */
  between (from: number, to: number): number
  pick<T> (list: readonly [T, ...T[]]): T
  shuffled<T> (list: readonly T[]): T[]
  /** Dice of their own for one person or purpose: what others throw does not change theirs. */
  forked (number: number): Dice
}

/** Mulberry32: small, and good enough for choosing moments. */
export function makeDice (seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ state >>> 15, state | 1)
    t ^= t + Math.imul(t ^ t >>> 7, t | 61)
    return ((t ^ t >>> 14) >>> 0) / 4_294_967_296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    below,
    between: (from, to) => from + next() * (to - from),
    pick: list => list[below(list.length)] ?? list[0],
    shuffled (list) {
      const left = [...list]
      return list.map(() => left.splice(below(left.length), 1)).flat()
    },
    forked: number => makeDice(Math.imul(seed + 1, 2_654_435_761) ^ Math.imul(number + 1, 40_503)),
  }
}
