import { expect, it } from 'vitest'
import type { Shell } from '../../../clients/cli/shell.ts'
import { type Cell, table } from '../../../clients/cli/table.ts'

/** What is drawn on a terminal of so many columns; without a number, into a pipe. */
function drawn(head: string[], rows: Cell[][], columns?: number): string[] {
  let text = ''
  const stdout = { write: () => true, ...(columns && { isTTY: true, columns }) }
  const line = (one = '') => {
    text += `${one}\n`
  }
  table({ language: 'en', terminal: { stdout }, line } as unknown as Shell, head, rows)
  return text.trimEnd().split('\n')
}

const ID = 'jxjkw1ktsxh68thvewb2mtr1dm'
const WHY = 'first look at the Sahel corridors, watching police movements'

it('fits the terminal, breaks between words, and leaves identifiers whole', () => {
  const lines = drawn(['purpose', 'shown'], [[WHY, ID]], 60)
  expect(lines).toEqual([
    '┌─────────────────────────────┬────────────────────────────┐',
    '│ purpose                     │ shown                      │',
    '├─────────────────────────────┼────────────────────────────┤',
    '│ first look at the Sahel     │ jxjkw1ktsxh68thvewb2mtr1dm │',
    '│ corridors, watching police  │                            │',
    '│ movements                   │                            │',
    '└─────────────────────────────┴────────────────────────────┘',
  ])
})

it('breaks a word where nothing else helps, and loses no letter of it', () => {
  const lines = drawn(['a', 'b'], [[ID, ID]], 30)
  for (const line of lines) expect([...line].length).toBeLessThanOrEqual(30)
  const column = (i: number) => lines.slice(3, -1).map((line) => line.split('│')[i]!.trim())
  expect([column(1).join(''), column(2).join('')]).toEqual([ID, ID])
})

it('leaves out a column that says nothing, and keeps one that has a title or one value', () => {
  const [, head, , row] = drawn(['claim', '', 'seen', ''], [['Addax', '', '', 'x']])
  expect(head).toMatch(/^│ claim │ seen │ +│$/)
  expect(row).toMatch(/^│ Addax │ +│ x │$/)
})

it('draws as wide as need be where no terminal is, and says in one sentence that there is nothing', () => {
  expect(drawn(['purpose'], [[WHY]])[3]).toBe(`│ ${WHY} │`)
  expect(drawn(['purpose'], [])).toEqual(['Nothing to show.'])
})

it('lets no value steer the terminal', () => {
  expect(drawn(['name'], [['a\u001b[2Jb\u202e']])[3]).toBe('│ a\ufffd[2Jb\ufffd │')
})
