import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configFrom, Environment } from '../../server/config.ts'

const fault = (environment: Record<string, string>): Error => {
  try {
    configFrom(environment)
  } catch (error) {
    return error as Error
  }
  throw new Error('expected a fault')
}

describe('the configuration', () => {
  it('is whole without any variable: a demonstration on loopback with its own Neo4j', () => {
    expect(configFrom({})).toEqual({
      ...{
        mode: 'demo',
        home: resolve('.portolan'),
        host: '127.0.0.1',
        port: 4377,
        origin: null,
        genesis: null,
      },
      ...{
        budget: 1_000,
        deadline: 5_000,
        compatUpTo: 'S4_LIFE',
        rescueHook: null,
        logPort: 4378,
        logPolicy: null,
        logS3: null,
        language: 'en',
        neo4j: null,
        database: 'neo4j',
        heap: '1g',
        pageCache: '512m',
      },
    })
  })

  it('takes an empty variable for none, as compose files give them', () => {
    const empty = Object.fromEntries(Object.keys(Environment.shape).map((name) => [name, '']))
    expect(configFrom(empty)).toEqual(configFrom({}))
  })

  it('reads every variable', () => {
    expect(
      configFrom({
        ...{
          PORTOLAN_MODE: 'production',
          PORTOLAN_HOME: '/srv/portolan',
          PORTOLAN_HOST: '0.0.0.0',
          PORTOLAN_PORT: '0',
        },
        ...{
          PORTOLAN_ORIGIN: 'https://portolan.example',
          PORTOLAN_GENESIS: '/srv/genesis.json',
          PORTOLAN_BUDGET: '200',
        },
        ...{
          PORTOLAN_DEADLINE: '800',
          PORTOLAN_LANG: 'fr',
          PORTOLAN_COMPAT_UP_TO: 'S2_SENSITIVE',
          PORTOLAN_RESCUE_HOOK: '/srv/page-rescue',
          PORTOLAN_LOG_PORT: '4400',
          PORTOLAN_LOG_POLICY: '/srv/witnesses.policy',
          PORTOLAN_LOG_S3: 'https://s3.example/logs/sahel',
          PORTOLAN_LOG_S3_REGION: 'eu-west-3',
          PORTOLAN_LOG_S3_KEYS: '/srv/s3-keys',
          NEO4J_URI: 'neo4j+s://graph',
          NEO4J_USER: 'portolan',
        },
        ...{ NEO4J_PASSWORD: 'p', NEO4J_DATABASE: 'sahel', NEO4J_HEAP: '4g', NEO4J_PAGE_CACHE: '2g' },
      }),
    ).toEqual({
      ...{
        mode: 'production',
        home: '/srv/portolan',
        host: '0.0.0.0',
        port: 0,
        origin: 'https://portolan.example',
      },
      ...{ genesis: '/srv/genesis.json', budget: 200, deadline: 800, language: 'fr', database: 'sahel' },
      compatUpTo: 'S2_SENSITIVE',
      rescueHook: '/srv/page-rescue',
      ...{ logPort: 4400, logPolicy: '/srv/witnesses.policy' },
      logS3: { address: 'https://s3.example/logs/sahel', region: 'eu-west-3', keys: '/srv/s3-keys' },
      ...{ neo4j: { uri: 'neo4j+s://graph', user: 'portolan', password: 'p' }, heap: '4g', pageCache: '2g' },
    })
  })

  it('opens the log beside the port of the server, and in production only where it is told to', () => {
    const logPort = (more: Record<string, string>) => configFrom({ PORTOLAN_GENESIS: 'g', ...more }).logPort
    expect(logPort({ PORTOLAN_PORT: '5000' })).toBe(5_001)
    expect(logPort({ PORTOLAN_PORT: '0' })).toBe(0)
    expect(logPort({ PORTOLAN_PORT: '65535' })).toBe(0)
    expect(logPort({ PORTOLAN_LOG_PORT: '0' })).toBe(0)
    expect(logPort({ PORTOLAN_MODE: 'production' })).toBeNull()
    expect(logPort({ PORTOLAN_MODE: 'production', PORTOLAN_LOG_PORT: '4378' })).toBe(4_378)
  })

  it.each([
    ['PORTOLAN_MODE', 'prod-Hunter2'],
    ['PORTOLAN_PORT', '70000'],
    ['PORTOLAN_PORT', 'eighty-Hunter2'],
    ['PORTOLAN_PORT', '-1'],
    ['PORTOLAN_ORIGIN', 'Hunter2'],
    ['PORTOLAN_BUDGET', '0'],
    ['PORTOLAN_BUDGET', 'Hunter2'],
    ['PORTOLAN_COMPAT_UP_TO', 'S5-Hunter2'],
    ['PORTOLAN_DEADLINE', '5'],
    ['PORTOLAN_DEADLINE', '1e9'],
    ['PORTOLAN_LANG', 'Hunter2'],
    ['PORTOLAN_LOG_PORT', '65536'],
    ['PORTOLAN_LOG_S3', 'https://key:Hunter2@s3.example/bucket'],
    ['PORTOLAN_LOG_S3', 'https://s3.example-Hunter2'],
    ['PORTOLAN_RESCUE_HOOK', 'bin/Hunter2'],
    ['NEO4J_URI', 'http://user:Hunter2@graph'],
    ['NEO4J_HEAP', 'Hunter2'],
    ['NEO4J_PAGE_CACHE', '512m-Hunter2'],
  ])('names %s when it is wrong, and not its value', (name, value) => {
    const { message } = fault({ [name]: value })
    expect(message).toMatch(new RegExp(`^${name}: `))
    expect(message).not.toContain('Hunter2')
    expect(message).not.toContain(value)
  })

  it('names all that are wrong at once', () => {
    const { message } = fault({ PORTOLAN_PORT: 'x', NEO4J_HEAP: 'y' })
    expect(message).toContain('PORTOLAN_PORT: ')
    expect(message).toContain('NEO4J_HEAP: ')
  })

  it('wants a password beside an address, the keys of a bucket beside it, and a genesis in production', () => {
    expect(fault({ NEO4J_URI: 'bolt://graph' })).toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/^NEO4J_PASSWORD: /),
    })
    expect(fault({ PORTOLAN_LOG_S3: 'https://s3.example/logs' })).toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/^PORTOLAN_LOG_S3_KEYS: /),
    })
    expect(fault({ PORTOLAN_MODE: 'production' })).toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/^PORTOLAN_GENESIS: /),
    })
  })
})

describe('the README', () => {
  it('has a table of exactly these variables with their defaults', async () => {
    const text = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| *`?([A-Z][A-Z0-9_]+)`? *\| *([^|]*?) *\|/gm)].map(
      ([, name, value]) => [name, value!.replaceAll('`', '')],
    )
    const wanted = Object.entries(Environment.shape).map(([name, shape]) => {
      const found = shape.safeParse(undefined)
      return [name, found.success && found.data !== undefined ? String(found.data) : null] as const
    })
    expect(rows.map(([name]) => name).sort()).toEqual(wanted.map(([name]) => name).sort())
    // A variable without a default says in words what holds without it.
    const defaults = new Map(rows as [string, string][])
    for (const [name, value] of wanted)
      if (value !== null) expect([name, defaults.get(name)]).toEqual([name, value])
  })
})
