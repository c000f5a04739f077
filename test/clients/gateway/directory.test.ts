import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type AskDirectory,
  expectFresh,
  loadDirectory,
  OFFLINE_LIFE,
  refreshDirectory,
} from '../../../clients/gateway/directory.ts'
import { type Home, openHome } from '../../../clients/gateway/home.ts'
import { type Entry, entryHash, type Line, leftOut } from '../../../schema/wire/directory.ts'
import { type Directory, openDirectory } from '../../../server/directory.ts'
import {
  byAnchor,
  bySigners,
  makeWorld,
  NOW,
  officeBody,
  teamBody,
  tempFolder,
  type World,
} from '../../server/directory/world.ts'

// A client that remembers, and servers that would rather it did not.

let world: World
let directory: Directory
let home: Home

beforeAll(async () => {
  world = await makeWorld()
})
beforeEach(async () => {
  world.setClock(NOW)
  directory = await opened()
  home = await openHome(`${tempFolder()}/home`, '/')
})
afterEach(() => directory.close())

const opened = () =>
  openDirectory({ file: `${tempFolder()}/d.jsonl`, genesis: world.genesis, clock: world.clock })
const honest: AskDirectory = async (from) => directory.publicEntries(from)
/** A server that gives `lines` for the whole of its directory. */
const lying =
  (lines: readonly Line[]): AskDirectory =>
  async (from) =>
    lines.slice(from)
const refresh = (ask: AskDirectory = honest) =>
  refreshDirectory(home, { genesis: directory.genesisHash, now: world.clock, ask })
const load = () => loadDirectory(home, directory.genesisHash)
const enter = async (office: string, into = directory) => {
  const country = office.slice(0, 2).toUpperCase()
  await into.append(await byAnchor(world, country, await officeBody(world, office, 'POLICE')))
}
const revoke = async (name: string) => {
  const { fingerprint } = await world.key(name)
  const at = new Date(NOW).toISOString()
  await directory.append(
    await byAnchor(world, 'NE', { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at }),
  )
}
/** The chain over `lines`, as a server would make it that rewrites its own history. */
function rechained(lines: Line[]): Line[] {
  let previous: string | null = null
  return lines.map((line, index) => {
    const next = { ...line, index, previous } as Line
    previous = entryHash(next)
    return next
  })
}
const refused = (ask: AskDirectory, message: RegExp | string) =>
  expect(refresh(ask)).rejects.toMatchObject({
    code: 'DIRECTORY',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })

describe('a client’s own copy', () => {
  it('is kept with when it was confirmed, for its owner’s eyes only, and read again without a server', async () => {
    expect(await load()).toBeNull()
    const first = await refresh()
    expect(first).toMatchObject({ verifiedAt: NOW, state: { length: directory.head().index + 1 } })
    const again = await load()
    expect(again?.state.head).toBe(directory.head().hash)
    expect(again?.verifiedAt).toBe(NOW)
    for (const file of ['directory.jsonl', 'directory-seen.json'])
      expect(((await stat(home.path(file))).mode & 0o777).toString(8)).toBe('600')
  })

  it('asks only for what is new, and is confirmed anew each time', async () => {
    await refresh()
    await enter('ne-aa')
    const asked: number[] = []
    const before = directory.head().index
    world.setClock(NOW + 1_000)
    const next = await refresh(async (from) => {
      asked.push(from)
      return directory.publicEntries(from)
    })
    expect(asked).toEqual([before - 1])
    expect(next.state.offices.has('ne-aa')).toBe(true)
    expect((await load())?.verifiedAt).toBe(NOW + 1_000)
  })

  it('follows the chain across teams that it may not read', async () => {
    await refresh()
    const signers = ['office:ml-dnlt', 'office:ne-dst']
    await directory.append(await bySigners(world, signers, teamBody({ team: 'jit-hidden' })))
    const next = await refresh()
    expect(next.state.head).toBe(directory.head().hash)
    expect(JSON.stringify(next.lines)).not.toContain('jit-')
    await enter('ne-aa')
    expect((await refresh()).state.head).toBe(directory.head().hash)
  })

  it('may be sealed by for seven days without a link, and no longer', async () => {
    await refresh()
    const kept = await load()
    expect(expectFresh(kept, NOW + OFFLINE_LIFE)).toBe(kept)
    expect(() => expectFresh(kept, NOW + OFFLINE_LIFE + 1)).toThrow('confirmed within 7 days')
    expect(() => expectFresh(null, NOW)).toThrow('confirmed within 7 days, got none')
  })

  it('belongs to one Portolan: another genesis begins anew', async () => {
    await refresh()
    expect(await loadDirectory(home, 'f'.repeat(64))).toBeNull()
  })
})

describe('a server that goes back on what it said', () => {
  it('cannot roll back', async () => {
    const old = directory.publicEntries()
    await enter('ne-aa')
    await refresh()
    await refused(
      lying(old),
      `directory entry ${old.length}: expected what this machine saw before, got none`,
    )
    await refused(lying([]), /^directory entry 0: expected what this machine saw before, got none/)
    expect((await load())?.state.offices.has('ne-aa')).toBe(true)
  })

  it('cannot fork: two histories that are each rightly signed', async () => {
    const other = await opened()
    await enter('ne-aa')
    await enter('ne-bb', other)
    await enter('ne-cc', other)
    await refresh()
    const place = directory.head().index
    await refused(
      async (from) => other.publicEntries(from),
      `directory entry ${place}: expected what this machine saw before, got another one`,
    )
    await other.close()
  })

  it('cannot drop a revocation, nor pass it off as a team', async () => {
    await revoke('ne-dst.aicha')
    const at = directory.head().index
    await enter('ne-aa')
    await refresh()
    await enter('ne-bb')
    const now = directory.publicEntries()
    await refused(
      lying(rechained(now.filter((_, i) => i !== at))),
      `directory entry ${at}: expected what this machine saw before, got another one`,
    )
    const disguised = rechained(now.map((line, i) => (i === at ? leftOut(line as Entry) : line)))
    await refused(lying(disguised), new RegExp(`^directory entry ${at}: `))
    await refused(lying(now.filter((_, i) => i !== at)), /got another one/)
  })

  it('cannot show two readers one head where it told only one of them of a revocation', async () => {
    await revoke('ne-dst.aicha')
    const at = directory.head().index
    await enter('ne-aa')
    const told = directory.publicEntries()
    const untold = rechained(told.map((line, i) => (i === at ? leftOut(line as Entry) : line)))
    const first = await refresh(lying(told))
    home = await openHome(`${tempFolder()}/other`, '/')
    const second = await refresh(lying(untold))
    expect(second.state.revoked.size).toBe(0)
    expect(second.state.head).not.toBe(first.state.head)
  })

  it('cannot change an entry that was seen, nor add one that nobody signed', async () => {
    await refresh()
    await enter('ne-aa')
    const lines = structuredClone(directory.publicEntries())
    Object.assign((lines[1] as Entry).body, { kind: 'LIAISON' })
    await refused(lying(rechained(lines)), /^directory entry 1: expected what this machine saw before/)
    const added = structuredClone(directory.publicEntries())
    Object.assign((added.at(-1) as Entry).body, { kind: 'LIAISON' })
    await refused(
      lying(added),
      new RegExp(`^directory entry ${added.length - 1}: expected a sound signature`),
    )
    expect((await load())?.state.offices.has('ne-aa')).toBe(false)
  })

  it('cannot use that the copy was damaged or lost', async () => {
    const old = directory.publicEntries()
    await enter('ne-aa')
    await refresh()
    const file = home.path('directory.jsonl')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.slice(0, text.length / 2))
    expect(await load()).toBeNull()
    await refused(lying(old), new RegExp(`^directory entry ${old.length}: expected what this machine saw`))
    await writeFile(file, text.replace('"kind":"POLICE"', '"kind":"LIAISON"'))
    expect(await load()).toBeNull()
    expect((await refresh()).state.offices.has('ne-aa')).toBe(true)
    expect((await load())?.state.offices.has('ne-aa')).toBe(true)
  })

  it('cannot answer with something else', async () => {
    await refused(async () => ({ entries: [] }), /expected directory entries, got something else/)
    await refused(async () => [{ index: 0 }], /expected directory entries, got something else at 0/)
    await refused(lying(rechained([leftOut(directory.publicEntries()[1] as Entry)])), /got something else/)
  })

  it('cannot move the genesis that was pinned', async () => {
    const stranger = await makeWorld()
    const other = await stranger.open()
    await refused(async () => other.publicEntries(), /expected the genesis/)
    await other.close()
  })
})
