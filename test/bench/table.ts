// Prints what was measured: a table, and targets with whether they were reached.

export function heading (text: string): void {
  console.log(`\n## ${text}\n`)
}

export function table (head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${widths.map((width, column) => column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)).join(' | ')} |`
  console.log([line(head), `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n'))
}

/** Targets that were missed, for the last line. */
export const missed: string[] = []

export function target (what: string, isReached: boolean): void {
  console.log(`${isReached ? 'reached' : 'MISSED '}  ${what}`)
  if (!isReached) missed.push(what)
}
