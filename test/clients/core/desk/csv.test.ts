import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvOf } from '../../../../clients/core/desk/csv.ts'
import { run } from '../../../peers/run.ts'

/** What Python’s reader, which we did not write, finds. */
async function read(text: string): Promise<string[][]> {
  const program =
    'import csv,io,json,sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read(), newline="")))))'
  return JSON.parse((await run('python3', ['-c', program], text)).toString())
}

describe('a cell', () => {
  it.each([
    '=1+1',
    '+cmd|calc',
    '-2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '\u00a0=1',
    '\u200b=1',
    '＝1',
    '＋1',
    '－1',
    '＠x',
  ])('that a spreadsheet takes for a formula begins with an apostrophe: %j', (text) => {
    expect(csvOf([[text]])).toMatch(/^"'[^"]*"\r\n$/)
  })

  it('is otherwise what it was, and a number stays one', () => {
    expect(csvOf([['case 2013-117: "Agadez", part 2', 7]])).toBe('"case 2013-117: ""Agadez"", part 2",7\r\n')
  })
})

describe('whatever an officer writes', () => {
  it('stays one cell in one line, and none begins as a formula does', async () => {
    const cell = fc.string({ unit: 'binary', maxLength: 12 })
    const hard = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\n', '\r', '\t', ' ', "'", 'a', '\u2028'),
    })
    const rows = fc.sample(fc.array(fc.oneof(cell, hard), { minLength: 3, maxLength: 3 }), 500)
    const text = csvOf(rows)
    expect(text.split('\r\n')).toHaveLength(rows.length + 1)
    const found = await read(text)
    expect(found.map((row) => row.length)).toEqual(rows.map(() => 3))
    expect(found.flat().filter((one) => /^\s*[=+\-@]/.test(one))).toEqual([])
  })
})
