import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../clients/cli/commands.ts'
import { GLOBALS, nameOf } from '../../clients/cli/globals.ts'
import { Environment } from '../../server/config.ts'

const ROOT = join(import.meta.dirname, '../..')
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** The rows of the table whose header starts with a word, as cells without back-ticks. */
function table(first: string): string[][] {
  const lines = readme.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${first}`))
  const rows = lines.slice(start + 2)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    )
}

describe('README', () => {
  it('names every variable with its default', () => {
    const shape = Environment.shape as Record<
      string,
      { safeParse(value: unknown): { success: boolean; data?: unknown } }
    >
    const expected = Object.entries(shape).map(([name, one]) => [
      name,
      String(one.safeParse(undefined).data ?? '—'),
    ])
    expect(table('variable').map(([name, value]) => [name, value])).toEqual(expected)
  })

  it('gives a reason for each dependency and for nothing else', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest
    const named = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort()
    expect(
      table('dependency')
        .map(([name]) => name)
        .sort(),
    ).toEqual(named)
  })

  it('points to files that exist', () => {
    const paths = table('word')
      .flatMap(([, , files]) => files!.split(/,?\s+/))
      .filter((path) => path !== '')
    expect(paths.length).toBeGreaterThan(20)
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('types only commands and options that there are', () => {
    const lines = readme.match(/(?<=^npx portolan )\w.*$/gm) ?? []
    expect(lines.length).toBeGreaterThan(8)
    for (const line of lines) {
      const command = COMMANDS.find(({ name }) => `${line} `.startsWith(`${name} `))
      expect(command, line).toBeDefined()
      const known = [...GLOBALS, ...(command!.options ?? [])].map(nameOf)
      const typed = [...line.replaceAll(/"[^"]*"/g, '').matchAll(/--[a-z-]+/g)].map(([flags]) =>
        nameOf({ flags }),
      )
      expect(known, line).toEqual(expect.arrayContaining(typed))
    }
  })

  it('tells of no machine and no registry', () => {
    const pattern = '/(work|root|home)/[a-z]|registry\\.npm|repo\\.maven|deb\\.debian'
    const exempt = [':!test/house/readme.test.ts', ':!package-lock.json']
    // git grep ends with 1 where it finds nothing, and that is what is wanted.
    const { status, stdout } = spawnSync('git', ['grep', '-nIE', pattern, '--', '.', ...exempt], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})
