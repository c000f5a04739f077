import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { GARBAGE_COLLECTOR, MEMORY, SETTINGS } from '../../../server/neo4j/settings.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const FILE = join(ROOT, 'docker-compose.yml')

type Service = {
  image?: string
  ports?: string[]
  environment: Record<string, string>
  networks: string[]
  volumes: string[]
}
type Compose = {
  services: Record<'neo4j' | 'portolan', Service>
  networks: Record<string, { internal?: boolean }>
}

const text = await readFile(FILE, 'utf8')
const { services, networks } = parse(text) as Compose

test('docker-compose.yml is sound by the compose schema', async () => {
  expect(await errorsOf(FILE)).toEqual([])
})

test('the compose schema refuses what compose would refuse', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-compose-'))
  try {
    const broken = join(folder, 'docker-compose.yml')
    await writeFile(broken, text.replace('restart:', 'restrat:'))
    expect(await errorsOf(broken)).toContain('invalid-schema')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the database has no published port and a network without a way out', () => {
  expect(services.neo4j.ports).toBeUndefined()
  expect(services.neo4j.networks).toEqual(['graph'])
  expect(networks.graph?.internal).toBe(true)
})

test('the server is published on loopback alone', () => {
  expect(services.portolan.ports).toHaveLength(1)
  for (const port of services.portolan.ports!) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
})

test('nothing starts without a password, and none is written down', () => {
  expect(services.neo4j.environment.NEO4J_AUTH).toMatch(/^neo4j\/\$\{NEO4J_PASSWORD:\?[^}]+\}$/)
  expect(services.portolan.environment.NEO4J_PASSWORD).toMatch(/^\$\{NEO4J_PASSWORD:\?[^}]+\}$/)
})

test('Neo4j has the configuration that the launcher gives it', () => {
  const { NEO4J_AUTH: _, ...environment } = services.neo4j.environment
  const memory = {
    'server.jvm.additional': `-XX:-UseG1GC ${GARBAGE_COLLECTOR}`,
    'server.memory.heap.initial_size': '256m',
    'server.memory.heap.max_size': MEMORY.heap,
    'server.memory.pagecache.size': MEMORY.pageCache,
  }
  expect(environment).toEqual(asVariables({ ...SETTINGS, ...memory }))
})

test('the server finds the database, and keeps its home on a volume', async () => {
  expect(services.portolan.environment).toMatchObject({
    NEO4J_URI: 'bolt://neo4j:7687',
    NEO4J_USER: 'neo4j',
    PORTOLAN_HOME: '/var/lib/portolan',
  })
  expect(services.portolan.volumes).toEqual(['portolan:/var/lib/portolan'])
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
  expect(dockerfile).toMatch(/^USER node$/m)
  expect(dockerfile).not.toMatch(/^EXPOSE/m)
})

/** The official image's names: `__` for `_`, `_` for `.`. */
function asVariables(settings: Record<string, string>): Record<string, string> {
  const name = (setting: string) => `NEO4J_${setting.replaceAll('_', '__').replaceAll('.', '_')}`
  return Object.fromEntries(Object.entries(settings).map(([setting, value]) => [name(setting), value]))
}

type Finding = { rule: string; type: string }

/** The rules that the file breaks as errors, by dclint, which carries the schema of the compose specification. */
async function errorsOf(file: string): Promise<string[]> {
  const dclint = join(ROOT, 'node_modules/dclint/bin/dclint.cjs')
  const printed = await new Promise<string>((settle) => {
    execFile(process.execPath, [dclint, '--formatter', 'json', file], (_, stdout) => settle(stdout))
  })
  const results = JSON.parse(printed) as { messages: Finding[] }[]
  return results.flatMap(({ messages }) => messages.filter((m) => m.type === 'error').map((m) => m.rule))
}
