import type { EntryBody, SignedBody } from '../../schema/wire/directory.ts'
import { makeGenesis, signEntry } from '../core/directory.ts'
import type { KeyStore, OpenKey } from '../core/keys.ts'
import { ANCHORS, ASSIGNMENTS, countryOf, OFFICES, PERSONS, TEAMS, THRESHOLD } from './offices.ts'

export type DemoDirectory = {
  /** Where the drawn keys are kept: `anchor:NE`, `office:ne-dst`, `ne-dst.aicha`. They have no passphrase. */
  keys: Pick<KeyStore, 'newKey'>
  instance: string
  created: Date
}

/**
 * The directory of the demo, genesis first, in an order in which each entry rests on those before it. Every key is
 * drawn anew: what a demo signs is worth nothing anywhere else, and the genesis says that it is a demo.
 */
export async function makeDemoDirectory({ keys, instance, created }: DemoDirectory): Promise<SignedBody[]> {
  const draw = (names: string[]) => drawAll(names, keys, created)
  const anchors = await draw(ANCHORS.map((country) => `anchor:${country}`))
  const offices = await draw(OFFICES.map(({ office }) => `office:${office}`))
  const persons = await draw(PERSONS.map(({ person }) => person))

  const sign = (body: EntryBody, signers: OpenKey[]) => signEntry(body, signers, { instance, date: created })
  const byAnchor = (body: EntryBody, country: string) => sign(body, [anchors.get(`anchor:${country}`)!])

  const genesis = await makeGenesis({
    instance,
    created,
    threshold: THRESHOLD,
    demo: true,
    anchors: ANCHORS.map((country) => ({ country, key: anchors.get(`anchor:${country}`)! })),
  })
  const parentsFirst = [...OFFICES].sort((a, b) => Number(a.parent !== null) - Number(b.parent !== null))
  const rest = [
    ...parentsFirst.map((body) =>
      byAnchor({ ...body, key: offices.get(`office:${body.office}`)!.publicKey }, body.country),
    ),
    ...PERSONS.map((body) => byAnchor({ ...body, key: persons.get(body.person)!.publicKey }, body.country)),
    ...ASSIGNMENTS.map((body) => byAnchor(body, countryOf(body.office))),
    ...TEAMS.map((body) =>
      sign(
        body,
        body.signatories.map((office) => offices.get(`office:${office}`)!),
      ),
    ),
  ]
  return [genesis, ...(await Promise.all(rest))]
}

async function drawAll(
  names: string[],
  keys: DemoDirectory['keys'],
  date: Date,
): Promise<Map<string, OpenKey>> {
  const drawn = names.map(
    async (person) => [person, await keys.newKey({ person, passphrase: null, date })] as const,
  )
  return new Map(await Promise.all(drawn))
}
