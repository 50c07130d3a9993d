// Sums over the moments at which requests arrived.

/** The most that arrived within any second; `times` in milliseconds, in any order. */
export function fullestSecond (times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  let [most, from] = [0, 0]
  for (const [n, time] of sorted.entries()) {
    while (time - (sorted[from] ?? time) >= 1000) from++
    most = Math.max(most, n - from + 1)
  }
  return most
}

/** Per second, from the first to the last. */
export function rateOf (times: readonly number[]): number {
  const [first, last] = [Math.min(...times), Math.max(...times)]
  return (times.length - 1) / (last - first) * 1000
}
