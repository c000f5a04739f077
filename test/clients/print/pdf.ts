import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a program of poppler-utils says of a PDF document. */
export function poppler(program: 'pdftotext' | 'pdfinfo' | 'pdffonts' | 'pdfimages', pdf: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-pdf-'))
  try {
    const file = join(folder, 'print.pdf')
    writeFileSync(file, pdf)
    const given = { pdftotext: ['-layout', file, '-'], pdfimages: ['-list', file] }
    const args = given[program as keyof typeof given] ?? [file]
    const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
    if (error) throw error
    if (status !== 0 || stderr !== '') throw new Error(`${program}: ${status} ${stderr}`)
    return stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The text of each page. */
export const pagesOf = (pdf: Buffer): string[] => poppler('pdftotext', pdf).split('\f').slice(0, -1)
