// Small sums over measurements.

export function median (values: readonly number[]): number {
  return percentile(values, 50)
}

/** The value that `p` percent do not exceed; NaN of nothing. */
export function percentile (values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * p / 100) - 1)] ?? NaN
}

/** Three digits that count, so that a figure claims no more than was measured. */
export function digits (value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
