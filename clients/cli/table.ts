import Table from 'cli-table3'
import { plain, say } from '../../schema/words/index.ts'
import type { Shell } from './shell.ts'

/** A cell may have several lines; each is made harmless for the terminal. */
export type Cell = string | number | null | undefined

/** Rows for people, or one sentence where there are none. */
export function table(shell: Shell, head: string[], rows: Cell[][]): void {
  if (rows.length === 0) {
    shell.line(say(shell.language, 'cli.nothing'))
    return
  }
  const cells = rows.map((row) => row.map(safe))
  const widths = widthsOf([head, ...cells], shell.terminal.stdout)
  const drawn = new Table({
    head: head.map(safe),
    style: { head: [], border: [], compact: true },
    ...(widths && { colWidths: widths, wordWrap: true, wrapOnWordBoundary: false }),
  })
  drawn.push(...cells)
  shell.line(drawn.toString())
}

const safe = (cell: Cell): string =>
  String(cell ?? '')
    .split('\n')
    .map(plain)
    .join('\n')

/** A heading above a table. */
export function heading(shell: Shell, text: string): void {
  shell.line()
  shell.line(plain(text))
}

const LEAST = 8

/** Column widths that fit the terminal, the widest giving way first; null where all fits, or where no terminal is. */
function widthsOf(
  rows: string[][],
  { columns, isTTY }: { columns?: number; isTTY?: boolean },
): number[] | null {
  if (!isTTY || !columns) return null
  const widths = rows[0]!.map((_, i) => 2 + Math.max(...rows.map((row) => longest(row[i]!))))
  const room = columns - widths.length - 1
  let over = widths.reduce((sum, width) => sum + width, 0) - room
  if (over <= 0) return null
  for (; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= LEAST) break
    widths[widest]! -= 1
  }
  return widths
}

const longest = (cell: string): number => Math.max(...cell.split('\n').map((line) => [...line].length))
