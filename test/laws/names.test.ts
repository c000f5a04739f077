import { getNamedType, isInputObjectType, isScalarType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
import { report } from '../report.ts'
import { killingWorld } from './killing-world.ts'
import { makeNotes } from './sealed-notes.ts'
import { makeStage } from './stage.ts'

// Law 5: names and narratives stay sealed. The graph holds codes, places, dates, numbers and short code names.

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
      for (const text of FREE.filter((one) => one.length < 41 || !KEYS.includes(path.join('.')))) {
        const { faults } = checkReport(withText(path, text))
        const here = faults.filter((fault) =>
          path.every((step, i) => i >= (fault.path?.length ?? 0) || fault.path![i] === step),
        )
        expect(here.length, `${path.join('.')}: ${text}`).toBeGreaterThan(0)
        expect(JSON.stringify(faults)).not.toContain(text)
      }
    },
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

  it('holds nothing in any property but codes, code names, ids, days and numbers', async () => {
    await killingWorld(portolan)
    const notes = await makeNotes(cast, Date.now())
    const note = notes.take('ne-dst', { chains: [], times: [], told: [] })!
    const input = {
      ...report(note.key, {
        release: {
          to: ['office:it-sco'],
          transfers: [{ country: 'IT', basis: 'SAFEGUARDS', assessment: 'MoU-1' }],
        },
      }),
      note: note.input,
    }
    const { json } = await portolan.ask(
      'ne-dst.aicha',
      'mutation($input: ReportInput!) { submitReport(input: $input) { report { id note { id } } } }',
      { input },
    )
    expect(json.errors).toBeUndefined()
    const rows = await portolan.graph.setup(
      'MATCH (n) RETURN properties(n) AS held UNION ALL MATCH ()-[r]->() RETURN properties(r) AS held',
    )
    expect(rows.length).toBeGreaterThan(150)
    for (const { held } of rows as { held: Record<string, unknown> }[])
      for (const [name, value] of Object.entries(held)) {
        // A detached signature is armored; its packets hold no text.
        if (name === 'noteSignature') expect(value).toMatch(/^-----BEGIN PGP SIGNATURE-----/)
        else for (const word of words(value)) expect(word, name).toMatch(ALLOWED)
      }
  })
})
