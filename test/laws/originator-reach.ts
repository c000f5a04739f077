import { expect } from 'vitest'
import { report, SUBMIT } from '../report.ts'
import {
  type Change,
  codes,
  correct,
  erase,
  ITALY,
  key,
  MALI,
  NIGER,
  notices,
  portolan,
  releaseAs,
  type Sent,
  sees,
  submitted,
  toItaly,
  withdraw,
} from './originator-acts.ts'
import { releaseTo } from './stage.ts'

// What the originator decides later reaches everybody who had received it: what stays, and who is not told.

/** What of a correction does not reach whoever sees the report, or whoever once did. */
export async function correctionsLost(): Promise<string[]> {
  const { id } = await submitted()
  await portolan.ask(NIGER, ...releaseAs(releaseTo(['office:ml-dnlt'], 'NE'))(id))
  const { json } = await portolan.ask(NIGER, ...correct(id))
  const newer = json.data.done.report.id as string
  const about = async (person: string) =>
    (await notices(person)).filter((one) => one.report === id).map(({ kind }) => kind)
  return [
    ...((await sees(MALI, newer)) ? [] : ['who sees the report does not see its correction']),
    ...((await sees(ITALY, newer)) ? ['who no longer sees the report sees its correction'] : []),
    ...((await about(ITALY)).sort().join() === 'CORRECTED,NARROWED' ? [] : ['who once saw it is not told']),
    ...((await about('fr-liaison.claire')).length === 0 ? [] : ['who never saw it is told']),
  ]
}

export const ENDINGS: [string, Change][] = [
  ['a narrowing', releaseAs({ to: [] })],
  ['a withdrawal', withdraw],
  ['an erasure', erase],
]
/** How much Italy reads of a report: the report, its descriptions of two things, and what it says of both together. */
async function readByItaly({ id, boss, ring }: Sent, asOf?: string): Promise<string> {
  const query = `query($id: ID!, $boss: ID!, $ring: ID!, $asOf: Time) { report(id: $id, asOf: $asOf) { id }
    actor(id: $boss, asOf: $asOf) { descriptions { report } relations { report } }
    network(id: $ring, asOf: $asOf) { descriptions { report } relations { report } } }`
  const { json } = await portolan.ask(ITALY, query, { id, boss, ring, asOf })
  const { report: whole, actor, network } = json.data
  const of = (claims: { report: string }[]) => claims.filter((one) => one.report === id).length
  const parts = [actor, network].flatMap((one) => [of(one.descriptions), of(one.relations)])
  return [whole ? 1 : 0, ...parts].join()
}

/** What can still be seen after the originator took it back, and who was not told. */
export async function outlasting(endings: [string, Change][]): Promise<string[]> {
  const found: string[] = []
  for (const [title, change] of endings) {
    const sent = await submitted()
    // Another report speaks of the same two things, so that they are there whatever becomes of this one.
    const other = report(key(), {
      release: toItaly,
      entities: [
        { local: 'boss', kind: 'ACTOR', id: sent.boss },
        { local: 'ring', kind: 'NETWORK', id: sent.ring },
      ],
      claims: report('unused-key').claims.slice(0, 2),
    })
    expect(codes((await portolan.ask(NIGER, SUBMIT, { input: other })).json)).toBeUndefined()
    const before = new Date().toISOString()
    await new Promise((go) => setTimeout(go, 5))
    const seen = await readByItaly(sent, before)
    if (seen !== '1,1,1,1,1') found.push(`${title}: ${seen} was seen`)
    await portolan.ask(NIGER, ...change(sent.id))
    for (const asOf of [before, undefined]) {
      const left = await readByItaly(sent, asOf)
      if (left !== '0,0,0,0,0') found.push(`${title}: ${left} is seen ${asOf ? 'before' : 'now'}`)
    }
    if (!(await notices(ITALY)).some((one) => one.report === sent.id)) found.push(`${title}: nobody is told`)
  }
  return found
}

/** Who sees a withdrawn report beside its originator, or gets it back by an older version. */
export async function broughtBack(): Promise<string[]> {
  const { id } = await submitted()
  const { json } = await portolan.ask(NIGER, ...correct(id))
  const second = json.data.done.report.id as string
  await portolan.ask(NIGER, ...withdraw(second))
  const found = (await sees(NIGER, second)) ? [] : ['its originator does not see it']
  for (const version of [id, second]) {
    const refused = codes((await portolan.ask(NIGER, ...releaseAs(toItaly)(version))).json)
    if (refused?.join() !== 'NOT_ALLOWED') found.push(`a withdrawn report is released: ${refused}`)
  }
  return (await sees(ITALY, second)) ? [...found, 'it is back'] : found
}

/** What is left of an erased report, for anybody at any moment or in the store. */
export async function remains(): Promise<string[]> {
  const { id, boss, ring } = await submitted()
  const before = new Date().toISOString()
  await portolan.ask(NIGER, ...erase(id))
  const [left] = await portolan.graph.setup(
    'MATCH (n) OPTIONAL MATCH (n)-[r]->() WITH n, r WHERE n.id IN [$id, $boss, $ring] OR r.report = $id RETURN count(*) AS count',
    { id, boss, ring },
  )
  const seen = await Promise.all([NIGER, ITALY].map((person) => sees(person, id, before)))
  return [
    ...(seen.includes(true) ? ['a moment before shows it'] : []),
    ...(left!.count ? ['it is held'] : []),
  ]
}

/** Persons who are excluded and see it, of the own office too, and others who do not. */
export async function unexcluded(): Promise<string[]> {
  const { id } = await submitted(
    releaseTo(['country:IT'], 'NE', ['person:ne-dst.issa', 'person:it-sco.luca']),
  )
  const seen = await Promise.all([NIGER, 'ne-dst.issa', ITALY, 'it-sco.luca'].map((one) => sees(one, id)))
  const withdrawn = codes((await portolan.ask('ne-dst.issa', ...withdraw(id))).json)
  return [
    ...(seen.join() === 'true,false,true,false' ? [] : [`seen by ${seen}`]),
    ...(withdrawn?.join() === 'NOT_FOUND' ? [] : ['an excluded colleague withdraws it']),
  ]
}
