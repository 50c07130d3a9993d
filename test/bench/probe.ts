// Loaded into every process that is measured: tells its processor time and memory when asked, and ends with its asker.
export interface Usage {
  /** Microseconds of processor time since the start, all threads. */
  cpu: number
  /** Resident bytes. */
  rss: number
}

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() } satisfies Usage)
})
process.on('disconnect', () => { process.exit() })
// Being asked must not keep alive what wants to end.
process.channel?.unref()
