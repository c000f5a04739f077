import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /^(cypher|schema|server|clients)\//.test(file))

/** Whom each room may import from, itself included (`DESIGN.md` §10). `schema/wire` is pure and open to all. */
const MAY: Record<string, RegExp> = {
  cypher: /^(cypher|schema\/wire)\//,
  'schema/wire': /^schema\/wire\//,
  schema: /^(schema|cypher)\//,
  server: /^(server|schema|cypher)\//,
  clients: /^(clients|schema\/(wire|words))\//,
}

type Import = { from: string; to: string; local: boolean }

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/gm,
    ),
  ].map(([, a, b, c]) => {
    const named = (a ?? b ?? c)!
    const local = named.startsWith('.')
    return { from: file, to: local ? normalize(join(dirname(file), named)) : named, local }
  })
}

const roomOf = (file: string) => (file.startsWith('schema/wire/') ? 'schema/wire' : file.split('/')[0]!)
const all = files.flatMap(importsOf)

describe('the rooms of the house', () => {
  it('import only from whom they may', () => {
    const wrong = all.filter(({ from, to, local }) => local && !MAY[roomOf(from)]!.test(to))
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('reach Neo4j by one door', () => {
    const doors = all.filter(({ to }) => to === 'neo4j-driver').map(({ from }) => from)
    expect(doors).toEqual(['server/graph.ts'])
  })

  it('keep what opens private keys in clients/core', () => {
    const opens = /\b(readPrivateKeys?|decryptKey|generateKey|decryptSessionKeys)\b/
    const found = files.filter((file) => opens.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(found.filter((file) => !file.startsWith('clients/core/'))).toEqual([])
  })

  it('read the clock at one place in the server', () => {
    const clocks = files.filter(
      (file) =>
        file.startsWith('server/') &&
        /\bDate\.now\(\)|\bnew Date\(\)/.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    expect(clocks).toEqual(['server/clock.ts'])
  })

  it('check a log with nothing that also writes one', () => {
    const ours = all.filter(({ from, local }) => local && from.startsWith('clients/core/log/'))
    const shared = ours.filter(({ to }) => !to.startsWith('clients/core/log/')).map(({ to }) => to)
    expect(ours.length).toBeGreaterThan(10)
    expect([...new Set(shared)]).toEqual(['schema/wire/fault.ts'])
  })

  it('would notice a wrong import', () => {
    expect(MAY.clients!.test('server/graph.ts')).toBe(false)
    expect(importsOf('server/graph.ts').map(({ to }) => to)).toContain('neo4j-driver')
  })
})
