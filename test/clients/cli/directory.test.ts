import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KeyStore, openKeyStore } from '../../../clients/core/keys.ts'
import { openDirectory } from '../../../server/directory.ts'
import { ended, openSite, type Site, startCli, WHY } from './site.ts'

/** One anchor's machine: a home of its own with one key. */
async function machine(name: string): Promise<{ home: string; keys: KeyStore; publicKey: string }> {
  const home = await mkdtemp(join(tmpdir(), 'portolan-anchor-'))
  const keys = await openKeyStore(join(home, 'keys'))
  return { home, keys, publicKey: (await keys.newKey({ person: name, passphrase: null })).publicKey }
}

const sign = async (home: string, file: string, name: string, ...more: string[]) => {
  const ran = await ended(startCli(['directory', 'sign', file, '--with', name, '--json', ...more], { home }))
  expect(ran.err).toBe('')
  return JSON.parse(ran.out)
}

describe('a genesis that anchors sign on machines of their own', () => {
  it('gathers their signatures, and opens a directory that an office is certified in', async () => {
    const niger = await machine('anchor:NE')
    const italy = await machine('anchor:IT')
    const file = join(niger.home, 'genesis.json')
    const anchors = [
      { country: 'NE', key: niger.publicKey },
      { country: 'IT', key: italy.publicKey },
    ]
    const created = new Date().toISOString()
    const body = { type: 'genesis', instance: 'sahel-corridors', created, threshold: 2, demo: false, anchors }
    await writeFile(file, JSON.stringify(body))
    const once = await sign(niger.home, file, 'anchor:NE')
    const start = (genesis: unknown[]) =>
      openDirectory({
        file: join(niger.home, `${Math.random()}.jsonl`),
        genesis: genesis as never,
        clock: Date.now,
      })
    await expect(start([once])).rejects.toMatchObject({ code: 'DIRECTORY' })

    await writeFile(file, JSON.stringify(once))
    const twice = await sign(italy.home, file, 'anchor:IT')
    expect(twice.signatures).toHaveLength(2)

    const office = await niger.keys.newKey({ person: 'office:ne-dst', passphrase: null })
    const name = { en: 'Niger', fr: 'Niger' }
    const held = { country: 'NE', kind: 'POLICE', parent: null, name, from: '2020-01-01', to: null }
    await writeFile(
      file,
      JSON.stringify({ type: 'office', office: 'ne-dst', key: office.publicKey, ...held }),
    )
    const entry = await sign(niger.home, file, 'anchor:NE', '--instance', 'sahel-corridors')
    const directory = await start([twice, entry])
    expect(directory.offices().map((one) => one.office)).toEqual(['ne-dst'])
    await directory.close()
  })

  it('refuses a file that is no entry, naming what is wrong', async () => {
    const { home } = await machine('anchor:NE')
    await writeFile(join(home, 'wrong.json'), JSON.stringify({ type: 'office', office: 'Niamey' }))
    const ran = await ended(
      startCli(['directory', 'sign', join(home, 'wrong.json'), '--with', 'anchor:NE', '--instance', 'x'], {
        home,
      }),
    )
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('office')
  })
})

describe('an officer at a running instance', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site?.close())

  it('hands in an assignment that the anchor signed, effective with the next request', async () => {
    const body = {
      type: 'assignment',
      assignment: 'a-ne-dst-salif',
      person: 'ne-dst.salif',
      office: 'ne-dst',
      role: 'FOCAL_POINT',
      from: '2010-01-01',
      to: '2011-01-01',
    } as const
    expect((await site.here(['whoami', '--as', 'ne-dst.salif', ...WHY])).code).toBe(0)
    const supersedes = site.portolan.instance.directory.latest('assignment:a-ne-dst-salif')
    const file = join(site.home, 'entry.json')
    await writeFile(file, JSON.stringify(await site.cast.sign(body, ['anchor:NE'], supersedes)))
    const entered = await site.here(['directory', 'enter', file, '--as', 'ne-dst.aicha', ...WHY])
    expect(entered).toMatchObject({ code: 0, err: '' })
    expect((await site.here(['whoami', '--as', 'ne-dst.salif', ...WHY])).code).toBe(4)
  })

  it('may not add what no anchor signed', async () => {
    const file = join(site.home, 'forged.json')
    const body = {
      type: 'assignment',
      assignment: 'a-own',
      person: 'ne-dst.aicha',
      office: 'ne-dst',
      role: 'ANALYST',
      from: '2010-01-01',
      to: null,
    } as const
    await writeFile(file, JSON.stringify(await site.cast.sign(body, ['ne-dst.aicha'])))
    const ran = await site.here(['directory', 'enter', file, '--as', 'ne-dst.aicha', ...WHY])
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('DIRECTORY')
  })

  it('approves more for a colleague and never for himself', async () => {
    const approve = (person: string) =>
      site.here(['budget', 'approve', person, '--reason', 'convoy case', '--as', 'it-sco.paola', ...WHY])
    expect((await approve('it-sco.paola')).code).toBe(4)
    expect((await approve('ne-dst.aicha')).code).not.toBe(0)
  })
})
