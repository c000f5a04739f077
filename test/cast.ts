import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeGenesis, signEntry } from '../clients/core/directory.ts'
import { type OpenKey, openKeyStore } from '../clients/core/keys.ts'
import type { OfficeKind, OfficeRole } from '../schema/wire/codes.ts'
import type { EntryBody, SignedBody } from '../schema/wire/directory.ts'

// Who takes part in a test: offices and persons with real keys, in a directory that real anchors signed.

export type Part = { office: string; kind?: OfficeKind; parent?: string; persons: Record<string, OfficeRole> }
export type TeamPart = {
  team: string
  signatories: string[]
  members: string[]
  from?: string
  to?: string | null
}

export type Cast = {
  genesis: SignedBody[]
  key(name: string): OpenKey
  /** Signs a further entry with the anchor of a country, or with the offices named. */
  sign(body: EntryBody, by: string[], supersedes?: string | null): Promise<SignedBody>
}

const FROM = '2010-01-01'
const INSTANCE = 'test-instance'
/** Keys are made long before any test clock, so that every clock finds them valid. */
const BORN = new Date('2026-01-01T00:00:00Z')

/** `demo`: a server in production refuses the genesis of a demonstration. */
export async function makeCast(parts: Part[], teams: TeamPart[] = [], demo = true): Promise<Cast> {
  const store = await openKeyStore(await mkdtemp(join(tmpdir(), 'portolan-keys-')))
  const keys = new Map<string, OpenKey>()
  const make = async (name: string) => {
    const key = await store.newKey({ person: name, passphrase: null, date: BORN })
    keys.set(name, key)
    return key
  }
  const countryOf = (office: string) => office.slice(0, 2).toUpperCase()
  const countries = [...new Set(parts.map(({ office }) => countryOf(office)))]
  const anchors = []
  for (const country of countries) anchors.push({ country, key: await make(`anchor:${country}`) })
  const sign: Cast['sign'] = (body, by, supersedes = null) =>
    signEntry(
      body,
      by.map((name) => keys.get(name)!),
      { instance: INSTANCE, supersedes, date: BORN },
    )
  const genesis = [await makeGenesis({ instance: INSTANCE, created: BORN, threshold: 1, demo, anchors })]
  for (const { office, kind = 'POLICE', parent = null, persons } of parts) {
    const anchor = [`anchor:${countryOf(office)}`]
    const country = countryOf(office)
    const key = (await make(`office:${office}`)).publicKey
    const name = { en: office, fr: office }
    genesis.push(
      await sign({ type: 'office', office, country, kind, parent, name, key, from: FROM, to: null }, anchor),
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
  return { genesis, key: (name) => keys.get(name)!, sign }
}
