import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { schema } from '../../schema/index.ts'
import { OFFICE_ROLES, type OfficeRole } from '../../schema/wire/codes.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, PURPOSE, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { answerTo, EVENTS } from '../server/listener.ts'
import { bend } from './bendable.ts'
import { isNoticed } from './broken.ts'
import { envelopeOf, SEND } from './sealed-notes.ts'
import { makeStage, OFFICERS, releaseTo } from './stage.ts'
import { ABSENT } from './world.ts'

// Attack 25: every role asks everything. Protection partners, observatories and auditors get no intelligence, not even what was
// released to `all`, which is police, prosecution and liaison offices.

vi.mock('../../server/policy.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let portolan: TestPortolan
let cast: Cast
/** What was released to all, by its ids. */
let told: { report: string; actor: string; network: string }

beforeAll(async () => {
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast)
  const input = report('roles-key-1', { release: releaseTo(['all'], 'NE') })
  const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, { input })
  const { report: whole, ids } = json.data.submitReport
  told = { report: whole.id, actor: ids[0].id, network: ids[1].id }
}, 1_500_000)
afterAll(() => portolan?.close())

/** Who may ask what, written down a second time. */
const INTELLIGENCE: OfficeRole[] = ['FOCAL_POINT', 'ANALYST', 'PROSECUTOR', 'LIAISON']
const EXCHANGE: OfficeRole[] = [...INTELLIGENCE, 'PARTNER', 'AUDITOR']
const EVERYBODY: OfficeRole[] = [...EXCHANGE, 'OBSERVER']
const HEADS: OfficeRole[] = ['FOCAL_POINT', 'PROSECUTOR', 'LIAISON']

const SEALED = { object: ABSENT, audience: ['ne-dst'], ciphertext: '', signature: '' }

type Field = [name: string, roles: OfficeRole[], query: string, variables?: () => Record<string, unknown>]
const one = (name: string, id: () => string): Field => [
  name,
  INTELLIGENCE,
  `query($id: ID!) { ${name}(id: $id) { id } }`,
  () => ({ id: id() }),
]
const period = 'from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z"'
const FIELDS: Field[] = [
  one('actor', () => told.actor),
  one('network', () => told.network),
  one('report', () => told.report),
  ...['incident', 'leg', 'place', 'route'].map((name) => one(name, () => told.network)),
  ['reports', INTELLIGENCE, '{ reports { totalCount nodes { id descriptions { id } relations { id } } } }'],
  ['networks', INTELLIGENCE, '{ networks { totalCount edges { node { id label } } } }'],
  ['entities', INTELLIGENCE, '{ entities(kind: ACTOR) { totalCount edges { node { id label } } } }'],
  ...(['routes', 'crimes', 'incidents'] as const).map(
    (name): Field => [name, INTELLIGENCE, `{ ${name} { totalCount } }`],
  ),
  [
    'acknowledgements',
    INTELLIGENCE,
    'query($id: ID!) { acknowledgements(report: $id) { office } }',
    () => ({ id: told.report }),
  ],
  [
    'acknowledgeNotice',
    INTELLIGENCE,
    'mutation($id: ID!) { acknowledgeNotice(id: $id) { notice } }',
    () => ({ id: ABSENT }),
  ],
  ['notices', INTELLIGENCE, '{ notices { report } }'],
  [
    'history',
    INTELLIGENCE,
    'query($id: ID!) { history(id: $id) { relations { id } } }',
    () => ({ id: told.actor }),
  ],
  [
    'neighbourhood',
    INTELLIGENCE,
    'query($id: ID!) { neighbourhood(id: $id) { nodes { id label } } }',
    () => ({ id: told.actor }),
  ],
  [
    'connection',
    INTELLIGENCE,
    'query($from: ID!, $to: ID!) { connection(from: $from, to: $to) { stops { id } } }',
    () => ({ from: told.actor, to: told.network }),
  ],
  ['analyses', INTELLIGENCE, '{ analyses { id } }'],
  ['analysis', INTELLIGENCE, 'query($id: ID!) { analysis(id: $id) { id } }', () => ({ id: ABSENT })],
  [
    'startAnalysis',
    INTELLIGENCE,
    'mutation($key: ID!) { startAnalysis(key: $key, analysis: { structure: {} }) { id } }',
    () => ({ key: key() }),
  ],
  [
    'cancelAnalysis',
    INTELLIGENCE,
    'mutation($id: ID!) { cancelAnalysis(id: $id) { id } }',
    () => ({ id: ABSENT }),
  ],
  ['inbox', EXCHANGE, '{ inbox { nodes { id } } }'],
  ['message', EXCHANGE, 'query($id: ID!) { message(id: $id) { id } }', () => ({ id: ABSENT })],
  ['events', EXCHANGE, EVENTS],
  ['threads', EXCHANGE, '{ threads { nodes { id } } }'],
  ['thread', EXCHANGE, 'query($id: ID!) { thread(id: $id) { id } }', () => ({ id: ABSENT })],
  ['overdue', EXCHANGE, '{ overdue { nodes { message } } }'],
  ['sealedObjects', EXCHANGE, '{ sealedObjects { nodes { id } } }'],
  ['handovers', EXCHANGE, '{ handovers { objects } }'],
  ['card', INTELLIGENCE, 'query($id: ID!) { card(id: $id) { id } }', () => ({ id: ABSENT })],
  [
    'cards',
    INTELLIGENCE,
    'query($id: ID!) { cards(entity: $id) { totalCount nodes { id entity } } }',
    () => ({ id: told.actor }),
  ],
  ['matchAnswer', INTELLIGENCE, 'query($id: ID!) { matchAnswer(id: $id) { state } }', () => ({ id: ABSENT })],
  ['hits', INTELLIGENCE, '{ hits { totalCount } }'],
  ['cardsToRenew', INTELLIGENCE, '{ cardsToRenew(epoch: 2000) { id } }'],
  ['hit', INTELLIGENCE, 'query($id: ID!) { hit(id: $id) { id } }', () => ({ id: ABSENT })],
  [
    'permitEvaluation',
    INTELLIGENCE,
    'mutation($order: String!) { permitEvaluation(order: $order) }',
    () => ({ order: '{}' }),
  ],
  [
    'placeTokens',
    INTELLIGENCE,
    'mutation($key: String!, $input: TokensInput!) { placeTokens(key: $key, input: $input) { card } }',
    () => ({
      key: key(),
      input: { card: ABSENT, version: 1, epoch: 2026, choice: 'SILENT', tokens: [] },
    }),
  ],
  [
    'setMatchChoice',
    INTELLIGENCE,
    'mutation($id: ID!, $key: String!) { setMatchChoice(key: $key, card: $id, choice: SILENT) { card } }',
    () => ({ id: ABSENT, key: key() }),
  ],
  [
    'match',
    INTELLIGENCE,
    'mutation($key: String!, $input: MatchInput!) { match(key: $key, input: $input) { id } }',
    () => ({ key: key(), input: { epoch: 2026, case: 'NE-2016/0117', tokens: [] } }),
  ],
  ['announceHit', INTELLIGENCE, 'mutation($id: ID!) { announceHit(id: $id) { id } }', () => ({ id: ABSENT })],
  [
    'refuseHit',
    INTELLIGENCE,
    'mutation($id: ID!) { refuseHit(id: $id, reason: NOT_HELD) { id } }',
    () => ({ id: ABSENT }),
  ],
  [
    'matchTraits',
    INTELLIGENCE,
    'query($id: ID!) { matchTraits(network: $id) { network } }',
    () => ({ id: ABSENT }),
  ],
  [
    'watchStructure',
    INTELLIGENCE,
    'mutation($key: String!, $input: WatchStructureInput!) { watchStructure(key: $key, input: $input) { network } }',
    () => ({ key: key(), input: { network: ABSENT, choice: 'SILENT', traits: ['FACET:REC_01'] } }),
  ],
  [
    'unwatchStructure',
    INTELLIGENCE,
    'mutation($key: String!, $id: ID!) { unwatchStructure(key: $key, network: $id) { network } }',
    () => ({ key: key(), id: ABSENT }),
  ],
  [
    'matchStructure',
    INTELLIGENCE,
    'mutation($key: String!, $input: MatchStructureInput!) { matchStructure(key: $key, input: $input) { id } }',
    () => ({ key: key(), input: { network: ABSENT, case: 'NE-2016/0117' } }),
  ],
  [
    'proposeSame',
    INTELLIGENCE,
    'mutation($id: ID!, $input: SameInput!) { proposeSame(id: $id, input: $input) { id } }',
    () => ({ id: ABSENT, input: SAME }),
  ],
  ['resealTasks', INTELLIGENCE, '{ resealTasks { id } }'],
  ['attachment', EXCHANGE, 'query($id: ID!) { attachment(id: $id) { id } }', () => ({ id: ABSENT })],
  ['me', EVERYBODY, '{ me { person } }'],
  ['offices', EVERYBODY, '{ offices { office } }'],
  ['directory', EVERYBODY, '{ directory }'],
  ['consultations', ['FOCAL_POINT'], '{ consultations(month: "2026-09") { others } }'],
  ['auditPeriods', ['AUDITOR'], `{ auditPeriods(${period}) { id } }`],
  [
    'auditEntries',
    ['AUDITOR'],
    'query($question: Json!) { auditEntries(question: $question) { after } }',
    () => ({ question: { periods: [], from: 0, to: 1 } }),
  ],
  [
    'eraseRecords',
    ['AUDITOR'],
    'mutation { eraseRecords(records: [999999999], reason: COURT_ORDER) { index } }',
  ],
  ['submitReport', INTELLIGENCE, SUBMIT, () => ({ input: report(key()) })],
  [
    'correctReport',
    INTELLIGENCE,
    'mutation($id: ID!, $input: CorrectionInput!) { correctReport(report: $id, input: $input) { replayed } }',
    () => ({ id: ABSENT, input: { ...report(key()), release: undefined } }),
  ],
  ...(['withdrawReport', 'eraseReport'] as const).map(
    (name): Field => [
      name,
      INTELLIGENCE,
      `mutation($id: ID!, $key: String!) { ${name}(report: $id, key: $key, reason: ${name === 'eraseReport' ? 'COURT_ORDER' : 'ERROR'}) { replayed } }`,
      () => ({ id: ABSENT, key: key() }),
    ],
  ),
  [
    'releaseReport',
    INTELLIGENCE,
    'mutation($id: ID!, $key: String!) { releaseReport(report: $id, key: $key, release: { to: ["all"] }) { replayed } }',
    () => ({ id: ABSENT, key: key() }),
  ],
  [
    'sealCard',
    INTELLIGENCE,
    'mutation($input: SealCardInput!) { sealCard(input: $input) { card } }',
    () => ({ input: { facts: {}, sealed: SEALED } }),
  ],
  [
    'releaseCard',
    INTELLIGENCE,
    'mutation($id: ID!, $key: String!) { releaseCard(card: $id, key: $key, release: { to: [] }) { card } }',
    () => ({ id: ABSENT, key: key() }),
  ],
  [
    'eraseCard',
    INTELLIGENCE,
    'mutation($id: ID!, $key: String!) { eraseCard(card: $id, key: $key, reason: COURT_ORDER) { card } }',
    () => ({ id: ABSENT, key: key() }),
  ],
  [
    'reseal',
    INTELLIGENCE,
    'mutation($input: ResealInput!) { reseal(input: $input) { id } }',
    () => ({ input: { kind: 'CARD', id: ABSENT, sealed: SEALED } }),
  ],
  [
    'sendMessage',
    EXCHANGE,
    SEND,
    () => {
      const envelope = JSON.stringify(envelopeOf('ne-dst', ['it-sco'], Date.now()))
      return { input: { envelope, ciphertext: '', signature: '' } }
    },
  ],
  [
    'rewrap',
    EXCHANGE,
    'mutation($input: [RewrapInput!]!) { rewrap(input: $input) }',
    () => ({ input: [{ object: OBJECT, version: 2, packets: '', audience: ['ne-dst'], signature: '' }] }),
  ],
  [
    'confirmPackets',
    EXCHANGE,
    'mutation($input: [ConfirmInput!]!) { confirmPackets(input: $input) }',
    () => ({ input: [{ object: OBJECT, version: 2 }] }),
  ],
  [
    'closeAttachment',
    EXCHANGE,
    'mutation($input: CloseAttachmentInput!) { closeAttachment(input: $input) { id } }',
    () => ({ input: { id: ABSENT, signature: '' } }),
  ],
  [
    'approveBudget',
    HEADS,
    'mutation { approveBudget(person: "xx-none.nobody", reason: "a convoy tonight") }',
  ],
  [
    'enterDirectory',
    [...HEADS, 'AUDITOR'],
    'mutation($entry: Json!) { enterDirectory(entry: $entry) }',
    () => ({ entry: cast.genesis[1] }),
  ],
]

const SAME = {
  ...{ entity: ABSENT, purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86', reviewDue: '2030-01-01' },
  grading: {},
}

/** A sealed object that nobody has. */
const OBJECT = '0'.repeat(26)

let keys = 0
const key = () => `roles-key-${++keys + 1}`

/** One officer of every role; the table above says what he may ask. */
const ASKERS = [...new Map(OFFICERS.map((officer) => [officer.role, officer])).values()]

/** Who asks what he may not, who may not ask what he should, and who is told of what is not for him. */
async function overstepping(): Promise<string[]> {
  const found: string[] = []
  for (const { person, role } of ASKERS)
    for (const [name, roles, query, variables = () => ({})] of FIELDS) {
      const asked = { query, variables: variables(), extensions: { purpose: PURPOSE } }
      const text = Buffer.from(await answerTo(await portolan.session(person), asked)).toString()
      const json = JSON.parse(text)
      const refused = json.errors?.[0].extensions.code === 'NOT_ALLOWED'
      if (refused === roles.includes(role)) found.push(`${role} ${refused ? 'may not' : 'may'} ask ${name}`)
      const hears =
        /Agadez-transport|Boss-1/.test(text) || Object.values(told).some((id) => text.includes(id))
      if (hears && !INTELLIGENCE.includes(role)) found.push(`${role} hears of it by ${name}`)
    }
  return found
}

describe('every role', () => {
  it('is here, and so is every field of the API', () => {
    const { OPERATOR: _, ...roles } = Object.fromEntries(OFFICE_ROLES.map((role) => [role, true]))
    expect(ASKERS.map(({ role }) => role).sort()).toEqual(Object.keys(roles).sort())
    const fields = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!].flatMap(
      (type) => Object.keys(type.getFields()),
    )
    expect(FIELDS.map(([name]) => name).sort()).toEqual(fields.sort())
  })

  it('asks what the table says and nothing else, and partner, observatory and auditor hear of nothing', async () => {
    expect(await overstepping()).toEqual([])
  })

  it('even where the policy let them ask, `all` is not for partner, observatory and auditor', async () => {
    const mend = letting(['PARTNER', 'OBSERVER', 'AUDITOR'])()
    const found = await overstepping().finally(mend)
    expect(found.filter((one) => one.includes(' hears '))).toEqual([])
    expect(found.length).toBeGreaterThan(40)
  })
})

/** A policy that takes some roles for an analyst's. */
const letting = (roles: OfficeRole[]) => () =>
  bend(
    'scopeFor',
    (honest) =>
      (statement, caller, ...rest) =>
        honest(statement, roles.includes(caller.role) ? { ...caller, role: 'ANALYST' } : caller, ...rest),
  )

isNoticed(
  [overstepping],
  [
    ['a partner may ask what an analyst may', letting(['PARTNER'])],
    ['an observatory may ask what an analyst may', letting(['OBSERVER'])],
    ['an auditor may ask what an analyst may', letting(['AUDITOR'])],
    ['every deed is allowed to everybody', () => bend('allow', () => () => {})],
    [
      'a prosecutor may not report',
      () =>
        bend(
          'scopeFor',
          (honest) =>
            (statement, caller, ...rest) =>
              honest(
                statement,
                statement.name === 'report/submit' && caller.role === 'PROSECUTOR'
                  ? { ...caller, role: 'OBSERVER' }
                  : caller,
                ...rest,
              ),
        ),
    ],
  ],
)
