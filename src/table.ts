// Columns for the terminal.

/** Cells padded to the widest of their column; the first row is the head. */
export function table (rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(cells => [...cells[column] ?? ''].length)))
  return rows.map(cells => cells.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length))).join('  ').trimEnd()).join('\n')
}
