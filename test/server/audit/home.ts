import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const homes: string[] = []
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

/** An empty directory that goes when this file's tests end. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'portolan-audit-'))
  homes.push(home)
  return home
}
