import { getNamedType, isInputObjectType, isScalarType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SubmitRow } from '../../cypher/report/write.ts'
import { schema } from '../../schema/index.ts'
import {
  DESCRIPTION_KINDS,
  DESCRIPTIONS,
  type Fields,
  RELATION_KINDS,
  RELATIONS,
} from '../../schema/wire/model.ts'
import { checkReport } from '../../schema/wire/report.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { bend } from './bendable.ts'
import { isNoticed, swap } from './broken.ts'
import { killingWorld } from './killing-world.ts'
import { matched } from './matched.ts'
import { sealedNote } from './sealed-notes.ts'
import { makeStage } from './stage.ts'
import { structured } from './structured.ts'

// Law 5: names and narratives stay sealed. The graph holds codes, places, dates, numbers and short code names.

/** What a code name may be besides, right now. */
const names = vi.hoisted(() => ({ free: false, long: false }))
vi.mock('../../schema/wire/code-name.ts', async (original) => {
  const honest = await original<typeof import('../../schema/wire/code-name.ts')>()
  const { z } = await import('zod')
  const CodeName = z.string().superRefine((value, context) => {
    const short = names.long ? value.slice(0, 40) : value
    for (const issue of (names.free ? undefined : honest.CodeName.safeParse(short).error?.issues) ?? [])
      context.addIssue({ ...issue, code: 'custom', params: { fault: 'FREE_TEXT' } })
  })
  return { ...honest, CodeName }
})
vi.mock('../../schema/wire/report.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

const FREE = [
  'Le convoi part de la gare',
  'Moussa Ould Ahmed',
  "O'Brien",
  'a,b',
  'x'.repeat(41),
  'tab\there',
  '+227 90 12 34 56',
  'a@b.org',
  'né\u200bant',
  '<b>',
]

type Path = (string | number)[]

/** Every text that a report takes, by its path from the input, with lists entered at their first item. */
function textsOf(type: unknown, path: Path = []): Path[] {
  const named = getNamedType(type as Parameters<typeof getNamedType>[0])
  if (isInputObjectType(named))
    return Object.entries(named.getFields()).flatMap(([name, field]) =>
      textsOf(field.type, [...path, name, ...(String(field.type).startsWith('[') ? [0] : [])]),
    )
  return isScalarType(named) && ['String', 'ID', 'Day'].includes(named.name) ? [path] : []
}

const GRADED = {
  source: 'B',
  information: 'N2',
  basis: 'ASSESSMENT',
  handling: ['H0'],
  sensitivity: 'S1_ROUTINE',
  evidenceUse: 'NOT_CONSENTED',
  onward: 'WITH_CONSENT',
}
const NOTE = {
  facts: {
    id: '0'.repeat(26),
    report: 'names-key-1',
    office: 'ne-dst',
    created: '2026-01-01T00:00:00Z',
    profile: 'compat',
  },
  audience: ['ne-dst'],
  ciphertext: 'AAAA',
  signature: 's',
}

/** A valid report in which one path holds something else. */
function withText(path: Path, value: string): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: whatever a hostile client sends
  const whole: any = structuredClone(
    report('names-key-1', { release: { to: [], except: [], transfers: [] } }),
  )
  if (path[0] === 'claims')
    whole.claims = [
      {
        ...GRADED,
        ...(path[2] === 'observedFrom' || path[2] === 'observedTo'
          ? { network: { entity: 'ring' } }
          : { [path[2] as string]: {} }),
      },
    ]
  if (path[0] === 'note') whole.note = structuredClone(NOTE)
  if (path[0] === 'release' && path[1] === 'transfers')
    whole.release.transfers = [{ country: 'IT', basis: 'ADEQUACY', assessment: 'MoU-1' }]
  let at = whole
  for (const [i, step] of path.slice(0, -1).entries())
    at = at[step] ??= typeof path[i + 1] === 'number' ? [] : {}
  at[path.at(-1)!] = value
  return whole
}

/** What a client seals, or signs over what it sealed: it is no text of the graph, and the packet gate judges it. */
/** Idempotency keys are longer than code names, and as bare of blanks. */
const KEYS = ['key', 'note.facts.report']
const SEALED = ['note.ciphertext', 'note.signature']

/** The free texts that a path takes, or that a fault repeats. */
function freeIn(path: Path): string[] {
  const place = path.join('.')
  return FREE.filter((one) => one.length < 41 || !KEYS.includes(place)).flatMap((text) => {
    const { faults } = checkReport(withText(path, text))
    const here = faults.some((fault) =>
      path.every((step, i) => i >= (fault.path?.length ?? 0) || fault.path![i] === step),
    )
    const quoted = JSON.stringify(faults).includes(JSON.stringify(text).slice(1, -1))
    return [...(here ? [] : [`${place} takes ${text}`]), ...(quoted ? [`${place} repeats ${text}`] : [])]
  })
}

describe('every text that a report takes', () => {
  const paths = textsOf(schema.getType('ReportInput')).filter((path) => !SEALED.includes(path.join('.')))

  it('is found: those of each kind of claim among them', () => {
    const fields = [
      ...DESCRIPTION_KINDS.map((kind) => DESCRIPTIONS[kind].fields),
      ...RELATION_KINDS.map((kind) => RELATIONS[kind].fields),
    ].flatMap((own) => Object.values(own as Fields))
    const texts = fields.filter(
      (field) => !['code', 'codes', 'flag', 'int', 'ints', 'decimal'].includes(field.type),
    )
    expect(paths.filter(([first]) => first === 'claims').length).toBeGreaterThanOrEqual(
      texts.length + DESCRIPTION_KINDS.length + 2 * RELATION_KINDS.length,
    )
  })

  it.each(paths.map((path) => [path.join('.'), path] as const))(
    '%s refuses free text, and never repeats it',
    (_, path) => {
      expect(freeIn(path)).toEqual([])
    },
  )

  isNoticed(
    [() => paths.flatMap(freeIn)],
    [
      ['a code name may be any text', () => swap(names, 'free', true)],
      ['a code name may be longer than forty letters', () => swap(names, 'long', true)],
      [
        'a fault quotes what came',
        () =>
          bend('checkReport', (honest) => (input) => {
            const checked = honest(input) as ReturnType<typeof checkReport>
            const said = JSON.stringify(input)
            return { ...checked, faults: checked.faults.map((one) => ({ ...one, message: `got ${said}` })) }
          }),
      ],
      [
        'a country is any text',
        () =>
          bend('checkReport', (honest) => (input) => {
            const checked = honest(input) as ReturnType<typeof checkReport>
            return { ...checked, faults: checked.faults.filter(({ code }) => code !== 'BAD_IDENTIFIER') }
          }),
      ],
    ],
  )
})

describe('the graph', () => {
  let portolan: TestPortolan
  let cast: Cast
  beforeAll(async () => {
    cast = await makeStage()
    portolan = await openPortolan(await testNeo4j(), cast)
  }, 180_000)
  afterAll(() => portolan?.close())

  const ARMORED = /^-----BEGIN PGP SIGNATURE-----\n\n[A-Za-z0-9+/=\n]+-----END PGP SIGNATURE-----\n?$/
  const NARRATIVE = 'Le convoi part de la gare'
  /** What a property may be: a code, a code name, an id, a day, a principal, a key, or JSON made of such. */
  const ALLOWED = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}_.:-]{0,89})|)$/u
  const words = (value: unknown): string[] =>
    typeof value === 'string'
      ? /^[[{]/.test(value)
        ? words(JSON.parse(value))
        : [value]
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, one]) => [
            ...(Array.isArray(value) ? [] : [key]),
            ...words(one),
          ])
        : []

  let notes = 0
  /** One report with everything that can stand in one, its sealed note too, and what was done with it. */
  async function reported(): Promise<void> {
    const { key, input: note } = await sealedNote(
      cast,
      `names-noted-${++notes}`,
      ['ne-dst', 'it-sco'],
      Date.now(),
    )
    const release = {
      to: ['office:it-sco'],
      transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-1' }],
    }
    const { json } = await portolan.ask('ne-dst.aicha', SUBMIT, {
      input: { ...report(key, { release }), note },
    })
    expect(json.errors).toBeUndefined()
    const { id } = json.data.submitReport.report
    const done = await portolan.ask(
      'ne-dst.aicha',
      'mutation($id: ID!, $key: String!) { withdrawReport(report: $id, key: $key, reason: ERROR) { replayed } }',
      { id, key: `names-done-${notes}` },
    )
    expect(done.json.errors).toBeUndefined()
  }

  async function proposed(id: string, card: string): Promise<void> {
    const found = await portolan.ask('ne-dst.aicha', 'query($card: ID!) { card(id: $card) { entity } }', {
      card,
    })
    const { basis: _, ...grading } = GRADED
    const { json } = await portolan.ask(
      'ne-dst.aicha',
      'mutation($id: ID!, $input: SameInput!) { proposeSame(id: $id, input: $input) { proposed } }',
      {
        id,
        input: {
          ...{ entity: found.json.data.card.entity, purpose: 'OPERATIONAL', legalBasis: 'Law-2010-86' },
          ...{ reviewDue: '2030-01-01', grading },
          transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-1' }],
        },
      },
    )
    expect(json.data.proposeSame.proposed).toBe(true)
  }

  /** What stands in the graph and is no code, code name, id, day or number. */
  async function textsHeld(): Promise<string[]> {
    const rows = await portolan.graph.setup(
      'MATCH (n) RETURN properties(n) AS held UNION ALL MATCH ()-[r]->() RETURN properties(r) AS held',
    )
    return (rows as { held: Record<string, unknown> }[]).flatMap(({ held }) =>
      Object.entries(held).flatMap(([name, value]) => {
        // A detached signature is armored; its packets hold no text.
        if (['noteSignature', 'signature'].includes(name) && ARMORED.test(String(value))) return []
        return words(value).flatMap((word) => (ALLOWED.test(word) ? [] : [`${name}: ${word}`]))
      }),
    )
  }

  it('holds nothing in any property but codes, code names, ids, days and numbers', async () => {
    await killingWorld(portolan, cast)
    await reported()
    const { hit, card } = await matched(
      ...([portolan, cast, ['ne-dst.aicha', 'it-sco.paola'], ['ANNOUNCE', 'ANNOUNCE']] as const),
    )
    await proposed(hit, card)
    await structured(portolan, 'ne-dst.aicha')
    const [{ matches }] = (await portolan.graph.setup(
      'MATCH (n) WHERE n:Token OR n:Hit OR n:Question OR n:Structure RETURN count(DISTINCT labels(n)) AS matches',
    )) as [{ matches: number }]
    expect(matches).toBe(4)
    const [{ count }] = (await portolan.graph.setup(
      'MATCH (n) WHERE NOT n:Outbox OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n) + count(r) AS count',
    )) as [{ count: number }]
    expect(count).toBeGreaterThan(150)
    expect(await textsHeld()).toEqual([])
  })

  /** Takes out again what a mutant put in. */
  async function forget(): Promise<void> {
    for (const pattern of ['()-[x]->()', '(x)'])
      await portolan.graph.setup(
        `MATCH ${pattern} WHERE any(key IN keys(x) WHERE toStringOrNull(x[key]) CONTAINS $narrative) DETACH DELETE x`,
        { narrative: NARRATIVE },
      )
  }

  /** What is written is more than what was said. */
  const writing = (more: (row: SubmitRow, note: string) => Partial<SubmitRow>) => () => {
    const { writer } = portolan.instance
    return swap(portolan.instance, 'writer', {
      ...writer,
      write: (statement, key, changes, make) =>
        writer.write(statement, key, changes, (stamp) => {
          const row = make(stamp) as unknown as SubmitRow
          return (statement.name === 'report/submit'
            ? { ...row, ...more(row, NARRATIVE) }
            : row) as unknown as ReturnType<typeof make>
        }),
    })
  }
  isNoticed(
    [
      async () => {
        await reported()
        return textsHeld().finally(forget)
      },
    ],
    [
      [
        'a report keeps its narrative beside the note',
        writing(({ report }, narrative) => ({ report: { ...report, narrative } })),
      ],
      [
        'a description keeps a remark',
        writing(({ entities }, told) => ({
          entities: entities.map((one) => ({ ...one, said: one.said.map((said) => ({ ...said, told })) })),
        })),
      ],
      ['an act keeps why it was done, in words', writing(({ act }, reason) => ({ act: { ...act, reason } }))],
      [
        'a relation keeps what a source said, as JSON',
        writing(({ relations }, told) => ({
          relations: relations.map((one) => ({
            ...one,
            props: { ...one.props, told: JSON.stringify({ said: [told] }) },
          })),
        })),
      ],
    ],
  )
})
