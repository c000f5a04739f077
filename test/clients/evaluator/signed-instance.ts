import { join } from 'node:path'
import { makeGenesis, signEntry } from '../../../clients/core/directory.ts'
import { type OpenKey, openKeyStore } from '../../../clients/core/keys.ts'
import type { AssignmentBody, EntryBody, SignedBody } from '../../../schema/wire/directory.ts'

// The signed entries of an instance with a police office in Italy and one in Niger, and the keys that signed them.

export const INSTANCE = 'portolan-match'
export const DAY = 86_400_000

type Country = 'IT' | 'NE'
export type Person = { person: string; office: string; country: Country }

export type Instance = {
  keyOf(name: string): Promise<OpenKey>
  byAnchor(body: EntryBody, country: Country, supersedes?: string | null): Promise<SignedBody>
  /** What somebody is in his office, until that day or without end. */
  assignment(person: Person, to?: string | null): AssignmentBody
  entries: SignedBody[]
  people: Person[]
}

const OFFICES = [
  ['it-sco', 'IT'],
  ['ne-dst', 'NE'],
] as const

/** Signs it in a folder, with so many officers in each office. Keys are two days older than the clock says at first. */
export async function signInstance(
  folder: string,
  { officers, clock }: { officers: number; clock: () => number },
): Promise<Instance> {
  const began = new Date(clock() - 2 * DAY)
  const period = { from: new Date(clock() - 30 * DAY).toISOString().slice(0, 10), to: null }
  const keyOf = await keysIn(join(folder, 'keys'), began)
  const anchors = { IT: await keyOf('anchor:IT'), NE: await keyOf('anchor:NE') }
  const instance: Instance = {
    keyOf,
    byAnchor: (body, country, supersedes = null) =>
      signEntry(body, [anchors[country]], { instance: INSTANCE, supersedes, date: new Date(clock()) }),
    assignment: ({ person, office }, to = null) => ({
      ...{ type: 'assignment', assignment: `${person}.1`, person, office, role: 'FOCAL_POINT' },
      ...{ ...period, to },
    }),
    people: OFFICES.flatMap(([office, country]) =>
      Array.from({ length: officers }, (_, at) => ({
        person: `${office}.officer${at + 1}`,
        office,
        country,
      })),
    ),
    entries: [
      await makeGenesis({
        ...{ instance: INSTANCE, created: began, threshold: 1, demo: true },
        anchors: Object.entries(anchors).map(([country, key]) => ({ country, key })),
      }),
    ],
  }
  const { byAnchor, entries } = instance
  for (const [office, country] of OFFICES) {
    const { publicKey: key } = await keyOf(`office:${office}`)
    const named = { office, country, kind: 'POLICE', parent: null, name: { en: office, fr: office } } as const
    entries.push(await byAnchor({ type: 'office', ...named, key, ...period }, country))
  }
  for (const one of instance.people) {
    const { publicKey: key } = await keyOf(one.person)
    const { person, country } = one
    entries.push(await byAnchor({ type: 'person', person, country, key }, country))
    entries.push(await byAnchor(instance.assignment(one), country))
  }
  return instance
}

async function keysIn(folder: string, date: Date): Promise<Instance['keyOf']> {
  const store = await openKeyStore(folder)
  const keys = new Map<string, OpenKey>()
  return async (name) => {
    const known = keys.get(name) ?? (await store.newKey({ person: name, passphrase: null, date }))
    keys.set(name, known)
    return known
  }
}
