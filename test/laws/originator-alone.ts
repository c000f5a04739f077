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
  portolan,
  releaseAs,
  sees,
  submitted,
  withdraw,
} from './originator-acts.ts'
import { releaseTo } from './stage.ts'
import { ABSENT } from './world.ts'

// What the originating office alone may do, and on which ground it lets a report go: what others could all the same.

export const CHANGES: [string, Change][] = [
  ['corrects', correct],
  ['withdraws', withdraw],
  ['erases', erase],
  ['releases', releaseAs({ to: [] })],
]
/** What a stranger can do to a report, or learns of it by trying; and what its originator cannot. */
export async function seized(changes: [string, Change][]): Promise<string[]> {
  const found: string[] = []
  for (const [title, change] of changes) {
    const { id } = await submitted()
    const own = key()
    // Italy sees it, Mali does not, and neither may change it.
    for (const stranger of [ITALY, MALI]) {
      const foreign = await portolan.ask(stranger, ...change(id, own))
      const absent = await portolan.ask(stranger, ...change(ABSENT, own))
      const [told, nothing] = [foreign, absent].map(({ status, text }) => `${status} ${text}`)
      if (told !== nothing) found.push(`${title}: ${stranger} got ${told}`)
      if (codes(foreign.json)?.join() !== 'NOT_FOUND') found.push(`${title}: ${stranger} was let`)
    }
    const done = codes((await portolan.ask(NIGER, ...change(id))).json)
    if (done) found.push(`${title}: the originator got ${done}`)
  }
  return found
}

/** Who but the originating office reads the release and what was done. */
export async function told(): Promise<string[]> {
  const { id } = await submitted()
  const query = 'query($id: ID!) { report(id: $id) { release { to } acts { kind } } }'
  const read = async (person: string) =>
    JSON.stringify((await portolan.ask(person, query, { id })).json.data.report)
  const all = '{"release":{"to":["country:IT","office:ne-dst"]},"acts":[{"kind":"SUBMIT"}]}'
  const wanted: [string, string][] = [
    ['ne-dst.issa', all],
    [ITALY, '{"release":null,"acts":[]}'],
    ['ne-dst-agadez.moussa', '{"release":null,"acts":[]}'],
  ]
  const found: string[] = []
  for (const [person, text] of wanted) {
    const got = await read(person)
    if (got !== text) found.push(`${person} reads ${got}`)
  }
  return found
}

export const gated = { to: ['country:IT', 'office:ml-dnlt'], transfers: [] }
/** What passes the transfer gate without a ground: at submission, at a widening, by a ground that is none. */
export async function ungrounded(): Promise<string[]> {
  const found: string[] = []
  const { json } = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release: gated }) })
  if (codes(json)?.join() !== 'TRANSFER_BASIS_MISSING') found.push(`a submission is ${codes(json)}`)
  const { id } = await submitted(releaseTo([], 'NE'))
  const widened = codes((await portolan.ask(NIGER, ...releaseAs(gated)(id))).json)
  if (widened?.join() !== 'TRANSFER_BASIS_MISSING') found.push(`a widening is ${widened}`)
  if (await sees(MALI, id)) found.push('a refused widening is in force')
  const asMember = {
    to: ['country:IT'],
    transfers: [{ country: 'IT', basis: 'EU_MEMBER', assessment: 'MoU-1' }],
  }
  const member = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release: asMember }) })
  if (!codes(member.json)) found.push('Niger is an EU member')
  const half = releaseTo(['country:IT', 'office:ml-dnlt'], 'NE')
  half.transfers = half.transfers.filter(({ country }) => country === 'IT')
  const partly = await portolan.ask(NIGER, SUBMIT, { input: report(key(), { release: half }) })
  if (!codes(partly.json)) found.push('one ground is enough for two countries')
  return found
}

/** Whether somebody names a team of others, or learns that it is there. */
export async function teamsOfOthers(): Promise<string[]> {
  const own = key()
  const ask = (team: string) =>
    portolan.ask(MALI, SUBMIT, { input: report(own, { release: { to: [`team:${team}`], transfers: [] } }) })
  const [foreign, absent] = [await ask('sea'), await ask('none')]
  return foreign.text === absent.text && codes(foreign.json)?.join() === 'BAD_REFERENCE'
    ? []
    : [`a team of others: ${foreign.text}`]
}
