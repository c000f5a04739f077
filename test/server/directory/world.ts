import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { makeGenesis, signEntry } from '../../../clients/core/directory.ts'
import { type OpenKey, openKeyStore } from '../../../clients/core/keys.ts'
import type { OfficeKind, OfficeRole } from '../../../schema/wire/codes.ts'
import type {
  AnchorBody,
  AssignmentBody,
  EntryBody,
  OfficeBody,
  RecoveryBody,
  SignedBody,
  TeamBody,
} from '../../../schema/wire/directory.ts'
import type { Profile } from '../../../schema/wire/holder.ts'
import { type Directory, openDirectory } from '../../../server/directory.ts'

// Niger, Mali and Algeria: a police office with a sub-unit, another one, auditors, a partner, a joint team.

export const NOW = Date.parse('2026-11-20T10:00:00Z')
export const DAY = 24 * 3_600_000
export const INSTANCE = 'portolan-sahel'

/** A new folder that goes when the test file is through. */
export function tempFolder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'portolan-')))
  return folders.at(-1)!
}
const folders: string[] = []
// Registered first, so run last: everything is closed by then.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export type World = {
  clock: () => number
  setClock(now: number): void
  key(name: string, profile?: Profile): Promise<OpenKey>
  /** Armored, with an encryption subkey of that life (ms); null for one without end. */
  longKey(name: string, life: number | null): Promise<string>
  genesis: SignedBody[]
  file: string
  open(): Promise<Directory>
}

/** The world of a test file, and its directory, which each test finds as new. Only after `openForEach`. */
export let world: World
export let directory: Directory

/** Makes the world once, and before each test a directory of it in a file of its own. */
export function openForEach(): void {
  beforeAll(async () => {
    world = await makeWorld()
  })
  beforeEach(async () => {
    world.setClock(NOW)
    world.file = `${tempFolder()}/directory.jsonl`
    await reopen()
  })
  afterEach(() => directory.close())
}

/** Opens the directory again, after a test has closed it. */
export async function reopen(genesis: SignedBody[] = world.genesis): Promise<void> {
  directory = await openDirectory({ file: world.file, genesis, clock: world.clock })
}

const period = { from: '2026-01-01', to: null }

export async function officeBody(
  world: Pick<World, 'key'>,
  office: string,
  kind: OfficeKind,
  more: Partial<OfficeBody> = {},
): Promise<OfficeBody> {
  const country = office.slice(0, 2).toUpperCase()
  const { publicKey } = await world.key(`office:${office}`)
  return {
    type: 'office',
    office,
    country,
    kind,
    parent: null,
    name: { en: office, fr: office },
    key: publicKey,
    ...period,
    ...more,
  }
}

/** Another key for the anchor of a country; `former` and `next` are names of keys. */
export async function anchorBody(
  world: Pick<World, 'key'>,
  country: string,
  more: Partial<AnchorBody> = {},
  { former = `anchor:${country}`, next = `anchor:${country}-next` } = {},
): Promise<AnchorBody> {
  const { publicKey: key } = await world.key(next)
  const { fingerprint: replaces } = await world.key(former)
  return { type: 'anchor', country, key, replaces, lost: false, ...more }
}

/** A custodian for `officeBody`, or the keys of any holder: compat, and modern where asked. */
export async function keyPair(world: Pick<World, 'key'>, name: string, modern = false) {
  const { publicKey: key } = await world.key(name)
  return modern ? { key, modern: (await world.key(name, 'modern')).publicKey } : { key }
}

export async function recoveryBody(
  world: Pick<World, 'key'>,
  country: string,
  more: Partial<RecoveryBody> = {},
): Promise<RecoveryBody> {
  const keys = await keyPair(world, `recovery:${country}`)
  return { type: 'recovery', country, ...keys, shares: 5, threshold: 3, ...more }
}

export function assignmentBody(
  person: string,
  office: string,
  role: OfficeRole,
  more: Partial<AssignmentBody> = {},
): AssignmentBody {
  return { type: 'assignment', assignment: `${person}.${office}`, person, office, role, ...period, ...more }
}

export function teamBody(more: Partial<TeamBody> = {}): TeamBody {
  return {
    type: 'team',
    team: 'jit-sahel',
    name: { en: 'Sahel', fr: 'Sahel' },
    kind: 'POLICE',
    signatories: ['ml-dnlt', 'ne-dst'],
    members: ['ml-dnlt.moussa', 'ne-dst.aicha'],
    ...period,
    ...more,
  }
}

const OFFICES: [code: string, kind: OfficeKind, parent?: string][] = [
  ['ne-dst', 'POLICE'],
  ['ne-dst-agadez', 'POLICE', 'ne-dst'],
  ['ml-dnlt', 'POLICE'],
  ['ne-hapdp', 'AUDITOR'],
  ['ne-refuge', 'PARTNER'],
  ['dz-onts', 'OBSERVATORY'],
]
const PEOPLE: [person: string, office: string, role: OfficeRole][] = [
  ['ne-dst.aicha', 'ne-dst-agadez', 'FOCAL_POINT'],
  ['ml-dnlt.moussa', 'ml-dnlt', 'FOCAL_POINT'],
  ['ne-hapdp.salif', 'ne-hapdp', 'AUDITOR'],
  ['ne-refuge.nadia', 'ne-refuge', 'PARTNER'],
]

/** A signed directory of the world above, and its keys; times are by a clock that the test moves. */
export async function makeWorld(): Promise<World> {
  const folder = tempFolder()
  const store = await openKeyStore(join(folder, 'keys'))
  const keys = new Map<string, Promise<OpenKey>>()
  let now = NOW
  const world: World = {
    clock: () => now,
    setClock: (next) => {
      now = next
    },
    key(name, profile = 'compat') {
      const id = `${name} ${profile}`
      const date = new Date(NOW - DAY)
      const made = keys.get(id) ?? store.newKey({ person: name, passphrase: null, profile, date })
      keys.set(id, made)
      return made
    },
    async longKey(name, life) {
      const { publicKey } = await openpgp.generateKey({
        type: 'ecc',
        curve: 'curve25519Legacy',
        userIDs: [{ name }],
        subkeys: [life === null ? {} : { keyExpirationTime: life / 1_000 }],
        date: new Date(NOW - DAY),
      })
      return publicKey
    },
    genesis: [],
    file: join(folder, 'directory', 'directory.jsonl'),
    open: () => openDirectory({ file: world.file, genesis: world.genesis, clock: world.clock }),
  }
  world.genesis = await worldEntries(world)
  return world
}

/** The anchor of `country` signs `body`. */
export async function byAnchor(
  world: World,
  country: string,
  body: EntryBody,
  supersedes: string | null = null,
): Promise<SignedBody> {
  return bySigners(world, [`anchor:${country}`], body, supersedes)
}

export async function bySigners(
  world: World,
  names: string[],
  body: EntryBody,
  supersedes: string | null = null,
): Promise<SignedBody> {
  const signers = await Promise.all(names.map((name) => world.key(name)))
  return signEntry(body, signers, { instance: INSTANCE, supersedes, date: new Date(world.clock()) })
}

export async function worldGenesis(
  world: World,
  more: { threshold?: number; countries?: string[] } = {},
): Promise<SignedBody> {
  const countries = more.countries ?? ['NE', 'ML', 'DZ']
  const anchors = await Promise.all(
    countries.map(async (country) => ({ country, key: await world.key(`anchor:${country}`) })),
  )
  return makeGenesis({
    instance: INSTANCE,
    created: new Date(NOW),
    threshold: more.threshold ?? 2,
    demo: true,
    anchors,
  })
}

async function worldEntries(world: World): Promise<SignedBody[]> {
  const entries = [await worldGenesis(world)]
  for (const [code, kind, parent] of OFFICES) {
    const body = await officeBody(world, code, kind, { parent: parent ?? null })
    entries.push(await byAnchor(world, body.country, body))
  }
  for (const [person, office, role] of PEOPLE) {
    const country = office.slice(0, 2).toUpperCase()
    const { publicKey } = await world.key(person)
    entries.push(await byAnchor(world, country, { type: 'person', person, country, key: publicKey }))
    entries.push(await byAnchor(world, country, assignmentBody(person, office, role)))
  }
  entries.push(await bySigners(world, ['office:ml-dnlt', 'office:ne-dst'], teamBody()))
  return entries
}
