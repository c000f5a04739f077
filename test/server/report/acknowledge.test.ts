import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortolan, type TestPortolan } from '../../instance.ts'
import { makeStage, releaseTo } from '../../laws/stage.ts'
import { testNeo4j } from '../../neo4j.ts'
import { report, SUBMIT } from '../../report.ts'

// What became of a report is told to everybody who had it; each takes note, and only the originator sees who has.

const neo4j = await testNeo4j()
const NIGER = 'ne-dst.aicha'
let portolan: TestPortolan
let keys = 0
const key = () => `acknowledge-${++keys}`

beforeAll(async () => {
  portolan = await openPortolan(neo4j, await makeStage())
}, 1_500_000)
afterAll(() => portolan?.close())

async function ask(person: string, query: string, variables: Record<string, unknown> = {}) {
  const { json } = await portolan.ask(person, query, variables)
  if (json.errors) throw new Error(json.errors[0].extensions.code)
  return json.data
}
async function submitted(): Promise<string> {
  const release = releaseTo(['office:it-sco', 'office:ml-dnlt', 'office:it-proc'], 'NE')
  return (await ask(NIGER, SUBMIT, { input: report(key(), { release }) })).submitReport.report.id
}
const change = (name: string, more: string) => (id: string) =>
  ask(
    NIGER,
    `mutation($id: ID!, $key: String!) { ${name}(report: $id, key: $key, ${more}) { report { id } } }`,
    { id, key: key() },
  )
const withdraw = change('withdrawReport', 'reason: ERROR')
const erase = change('eraseReport', 'reason: COURT_ORDER')
const noticeOf = async (person: string, about: string, kind: string): Promise<string> =>
  (await ask(person, '{ notices(first: 50) { id kind report } }')).notices.find(
    (one: { report: string; kind: string }) => one.report === about && one.kind === kind,
  ).id
const acknowledge = (person: string, id: string) =>
  ask(person, 'mutation($id: ID!) { acknowledgeNotice(id: $id) { notice at } }', { id })
const shown = async (person: string, id: string) =>
  (
    await ask(person, 'query($id: ID!) { report(id: $id) { reached acknowledgements { office kind at } } }', {
      id,
    })
  ).report
const ofErased = async (person: string, id: string) =>
  (await ask(person, 'query($id: ID!) { acknowledgements(report: $id) { office kind at } }', { id }))
    .acknowledgements

describe('a notice', () => {
  it('is taken note of by each office for itself, and the originator sees by whom and when', async () => {
    const id = await submitted()
    await withdraw(id)
    const notice = await noticeOf('it-sco.paola', id, 'WITHDRAWN')
    const { acknowledgeNotice } = await acknowledge('it-sco.paola', notice)
    expect(await shown(NIGER, id)).toEqual({
      reached: ['it-proc', 'it-sco', 'ml-dnlt', 'ne-dst-agadez'],
      acknowledgements: [{ office: 'it-sco', kind: 'WITHDRAWN', at: acknowledgeNotice.at }],
    })
    await acknowledge('ml-dnlt.fanta', await noticeOf('ml-dnlt.fanta', id, 'WITHDRAWN'))
    const { acknowledgements } = await shown(NIGER, id)
    expect(acknowledgements.map(({ office }: { office: string }) => office)).toEqual(['it-sco', 'ml-dnlt'])
  })

  it('counts once for an office, from the first time on', async () => {
    const id = await submitted()
    await withdraw(id)
    const notice = await noticeOf('it-sco.paola', id, 'WITHDRAWN')
    const first = await acknowledge('it-sco.paola', notice)
    expect(await acknowledge('it-sco.luca', notice)).toEqual(first)
    expect((await shown(NIGER, id)).acknowledgements).toHaveLength(1)
  })

  it('of an erasure is taken note of where nothing else is left of the report', async () => {
    const id = await submitted()
    await erase(id)
    await acknowledge('it-proc.giulia', await noticeOf('it-proc.giulia', id, 'ERASED'))
    expect(await ofErased(NIGER, id)).toMatchObject([{ office: 'it-proc', kind: 'ERASED' }])
  })

  it('about a correction stands with the report, in every version', async () => {
    const id = await submitted()
    const input = { ...report(key()), release: undefined }
    const { correctReport } = await ask(
      NIGER,
      'mutation($id: ID!, $input: CorrectionInput!) { correctReport(report: $id, input: $input) { report { id } } }',
      { id, input },
    )
    await acknowledge('it-sco.paola', await noticeOf('it-sco.paola', id, 'CORRECTED'))
    for (const version of [id, correctReport.report.id])
      expect((await shown(NIGER, version)).acknowledgements).toMatchObject([
        { office: 'it-sco', kind: 'CORRECTED' },
      ])
  })
})

describe('who has taken note', () => {
  it('is told to nobody but the originator', async () => {
    const id = await submitted()
    const input = { ...report(key()), release: undefined }
    await ask(
      NIGER,
      'mutation($id: ID!, $input: CorrectionInput!) { correctReport(report: $id, input: $input) { replayed } }',
      { id, input },
    )
    await acknowledge('it-sco.paola', await noticeOf('it-sco.paola', id, 'CORRECTED'))
    for (const person of ['it-sco.paola', 'ml-dnlt.fanta', 'it-proc.giulia']) {
      expect(await shown(person, id)).toEqual({ reached: null, acknowledgements: [] })
      expect(await ofErased(person, id)).toEqual([])
    }
    await erase(id)
    for (const person of ['it-sco.paola', 'ml-dnlt.fanta', 'fr-liaison.claire'])
      expect(await ofErased(person, id)).toEqual([])
    expect(await ofErased(NIGER, id)).toHaveLength(1)
  })

  it('is not told to a colleague from whom the report is kept', async () => {
    const release = releaseTo(['office:it-sco'], 'NE', ['person:ne-dst.issa'])
    const { submitReport } = await ask(NIGER, SUBMIT, { input: report(key(), { release }) })
    const { id } = submitReport.report
    await withdraw(id)
    await acknowledge('it-sco.paola', await noticeOf('it-sco.paola', id, 'WITHDRAWN'))
    expect(await ofErased(NIGER, id)).toHaveLength(1)
    expect(await ofErased('ne-dst.issa', id)).toEqual([])
    await erase(id)
    expect(await ofErased('ne-dst.issa', id)).toEqual([])
  })

  it('a notice to others cannot be taken note of: it is answered like none', async () => {
    const id = await submitted()
    await withdraw(id)
    const notice = await noticeOf('it-sco.paola', id, 'WITHDRAWN')
    await expect(acknowledge('fr-liaison.claire', notice)).rejects.toThrow('NOT_FOUND')
    await expect(acknowledge('fr-liaison.claire', '0'.repeat(26))).rejects.toThrow('NOT_FOUND')
    expect((await shown(NIGER, id)).acknowledgements).toEqual([])
  })
})
