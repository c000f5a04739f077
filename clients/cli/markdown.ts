import { plain } from '../../schema/words/index.ts'

// What is written for people as Markdown: tables, and cells that officers' words cannot leave.

export const markdownTable = (head: string[], body: string[][]): string =>
  [head, head.map(() => '---'), ...body.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

/** What officers wrote may steer neither a terminal nor the table, and makes no link. */
export const cell = (text: string): string =>
  text
    .split('\n')
    .map(plain)
    .join(' ')
    .replace(/[\\|<>`*_[\]&~]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
