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
  const cells = withoutBlanks([head, ...rows].map((row) => row.map(safe)))
  const widths = widthsOf(cells, shell.terminal.stdout)
  const [titles, ...drawnRows] = widths
    ? cells.map((row) => row.map((cell, i) => wrapped(cell, widths[i]! - PADDING)))
    : cells
  const drawn = new Table({
    head: titles!,
    style: { head: [], border: [], compact: true },
    ...(widths && { colWidths: widths }),
  })
  drawn.push(...drawnRows)
  shell.line(drawn.toString())
}

/** Without the columns that say nothing, the title included. */
function withoutBlanks(rows: string[][]): string[][] {
  const used = rows[0]!.map((_, i) => rows.some((row) => row[i] !== ''))
  return rows.map((row) => row.filter((_, i) => used[i]))
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
/** A blank on either side of a cell. */
const PADDING = 2

/**
 * Column widths that fit the terminal; null where all fits, or where no terminal is. The widest gives way first, and
 * none below its longest word while another can: an identifier in two pieces cannot be copied.
 */
function widthsOf(
  rows: string[][],
  { columns, isTTY }: { columns?: number; isTTY?: boolean },
): number[] | null {
  if (!isTTY || !columns) return null
  const columnOf = (i: number) => rows.map((row) => row[i]!).join('\n')
  const widths = rows[0]!.map((_, i) => PADDING + longest(columnOf(i).split('\n')))
  const words = rows[0]!.map((_, i) => Math.max(LEAST, PADDING + longest(columnOf(i).split(/\s/))))
  let over = widths.reduce((sum, width) => sum + width, 0) - (columns - widths.length - 1)
  if (over <= 0) return null
  for (const least of [words, widths.map(() => LEAST)])
    for (; over > 0; over--) {
      const [widest] = widths
        .keys()
        .filter((i) => widths[i]! > least[i]!)
        .toArray()
        .sort((a, b) => widths[b]! - widths[a]!)
      if (widest === undefined) break
      widths[widest]! -= 1
    }
  return widths
}

const longest = (pieces: string[]): number => Math.max(...pieces.map((piece) => [...piece].length))

/** Breaks lines between words, and a word only where it is longer than a line. */
function wrapped(cell: string, width: number): string {
  return cell
    .split('\n')
    .flatMap((line) => linesOf(line, width))
    .join('\n')
}

function linesOf(line: string, width: number): string[] {
  const lines: string[] = []
  let open = ''
  for (const word of line.split(' ')) {
    const longer = open === '' ? word : `${open} ${word}`
    if ([...longer].length <= width) {
      open = longer
      continue
    }
    if (open !== '') lines.push(open)
    const letters = [...word]
    while (letters.length > width) lines.push(letters.splice(0, width).join(''))
    open = letters.join('')
  }
  return [...lines, open]
}
