import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What xmllint (Debian: libxml2-utils) finds wrong with documents; it may load nothing and fetch nothing. */
export function faultsOfXml(documents: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-xml-'))
  try {
    const files = documents.map((text, i) => {
      const file = join(folder, `${i}.svg`)
      writeFileSync(file, text)
      return file
    })
    const { status, stderr, error } = spawnSync('xmllint', ['--noout', '--nonet', ...files], {
      encoding: 'utf8',
    })
    if (error) throw error
    return status === 0 ? '' : stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** An XPath question about a document, with `svg` for its elements. */
export function count(svg: string, path: string): number {
  const { stdout, error } = spawnSync('xmllint', ['--nonet', '--xpath', `count(${path})`, '-'], {
    input: svg,
    encoding: 'utf8',
  })
  if (error) throw error
  return Number(stdout.trim())
}
