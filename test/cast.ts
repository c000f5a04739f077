import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeGenesis, signEntry } from '../clients/core/directory.ts'
import { type OpenKey, openKeyStore } from '../clients/core/keys.ts'
import type { OfficeKind, OfficeRole } from '../schema/wire/codes.ts'
import type { EntryBody, SignedBody } from '../schema/wire/directory.ts'
import type { Profile } from '../schema/wire/holder.ts'

// Who takes part in a test: offices and persons with real keys, in a directory that real anchors signed.

export type Part = {
  office: string
  kind?: OfficeKind
  parent?: string
  persons: Record<string, OfficeRole>
  /** With a key of the modern profile too, and so its custodian. */
  modern?: boolean
  custodian?: boolean
}
export type TeamPart = {
  team: string
  signatories: string[]
  members: string[]
  from?: string
  to?: string | null
}

export type Cast = {
  genesis: SignedBody[]
  key(name: string, profile?: Profile): OpenKey
  /** Signs a further entry with the anchor of a country, or with the offices named. */
  sign(body: EntryBody, by: string[], supersedes?: string | null): Promise<SignedBody>
  /** A further key, for an entry that a test adds. */
  make(name: string, profile?: Profile): Promise<OpenKey>
}

const FROM = '2010-01-01'
const INSTANCE = 'test-instance'
const DAY = 24 * 3_600_000
/** A month ago: subkeys have eleven more, whenever the test runs. */
const BORN = new Date(Math.floor(Date.now() / DAY - 30) * DAY)

/**
 * `born` is for tests whose clock stands still; `recoveries` are countries with a recovery key; a server in production refuses
 * the genesis of a `demo`.
 */
export type CastOptions = { born?: Date; recoveries?: string[]; demo?: boolean }

export async function makeCast(
  parts: Part[],
  teams: TeamPart[] = [],
  { born = BORN, recoveries = [], demo = true }: CastOptions = {},
): Promise<Cast> {
  const store = await openKeyStore(await mkdtemp(join(tmpdir(), 'portolan-keys-')))
  const keys = new Map<string, OpenKey>()
  const make = async (name: string, profile: Profile = 'compat') => {
    const key = await store.newKey({ person: name, passphrase: null, profile, date: born })
    keys.set(`${name} ${profile}`, key)
    return key
  }
  const keyNamed = (name: string, profile: Profile = 'compat') => keys.get(`${name} ${profile}`)!
  const pair = async (name: string, modern = false) => ({
    key: (await make(name)).publicKey,
    ...(modern && { modern: (await make(name, 'modern')).publicKey }),
  })
  const countryOf = (office: string) => office.slice(0, 2).toUpperCase()
  const countries = [...new Set(parts.map(({ office }) => countryOf(office)))]
  const anchors = []
  for (const country of countries) anchors.push({ country, key: await make(`anchor:${country}`) })
  const sign: Cast['sign'] = (body, by, supersedes = null) =>
    signEntry(
      body,
      by.map((name) => keyNamed(name)),
      { instance: INSTANCE, supersedes, date: born },
    )
  const genesis = [await makeGenesis({ instance: INSTANCE, created: born, threshold: 1, demo, anchors })]
  for (const country of recoveries) {
    const body = {
      type: 'recovery',
      country,
      ...(await pair(`recovery:${country}`)),
      shares: 5,
      threshold: 3,
    }
    genesis.push(await sign(body as EntryBody, [`anchor:${country}`]))
  }
  for (const { office, kind = 'POLICE', parent = null, persons, modern, custodian } of parts) {
    const anchor = [`anchor:${countryOf(office)}`]
    const country = countryOf(office)
    const own = await pair(`office:${office}`, modern)
    const rescue = custodian ? { custodian: await pair(`custodian:${office}`, modern) } : {}
    const name = { en: office, fr: office }
    genesis.push(
      await sign(
        { type: 'office', office, country, kind, parent, name, ...own, ...rescue, from: FROM, to: null },
        anchor,
      ),
    )
    for (const [short, role] of Object.entries(persons)) {
      const person = `${office}.${short}`
      genesis.push(
        await sign({ type: 'person', person, country, key: (await make(person)).publicKey }, anchor),
      )
      genesis.push(
        await sign(
          {
            type: 'assignment',
            assignment: `a-${office}-${short}`,
            person,
            office,
            role,
            from: FROM,
            to: null,
          },
          anchor,
        ),
      )
    }
  }
  for (const { team, signatories, members, from = FROM, to = null } of teams) {
    const by = signatories.map((office) => `office:${office}`)
    const name = { en: team, fr: team }
    genesis.push(await sign({ type: 'team', team, name, kind: 'POLICE', signatories, members, from, to }, by))
  }
  return { genesis, key: keyNamed, sign, make }
}
