/**
 * Rows as CSV (RFC 4180). A spreadsheet takes a cell that begins with one of `= + - @`, a tab or a line end for a formula,
 * also behind blanks or in its full-width form, and an officer writes the reasons that stand here: such a cell begins
 * with an apostrophe.
 */
export const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')

const FORMULA = /^[\s\p{Cc}\p{Cf}\p{Z}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const plain = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  const safe = FORMULA.test(value) ? `'${plain}` : plain
  return `"${safe.replaceAll('"', '""')}"`
}
