// Tells an update that all together are too many for from one that broke: the first comes again later and is worth no line in the log.

/** Whole seconds until it should be brought again; null: something broke. `Receive` throws an error that says so itself. */
export function secondsUntilLater (error: unknown): number | null {
  return error instanceof Error && 'retryAfterSeconds' in error && typeof error.retryAfterSeconds === 'number' ? error.retryAfterSeconds : null
}
