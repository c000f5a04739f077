import { extendSchema, isEnumType, isInputObjectType, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { schema } from '../../schema/index.ts'
import * as codes from '../../schema/wire/codes.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { bend } from './bendable.ts'
import { field, isNoticed, swap } from './broken.ts'
import { SEAL_CARD, sealedCard } from './sealed-cards.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 6: nobody is a suspect for having been smuggled.

vi.mock('../../schema/wire/card.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../schema/wire/report-rules.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

let portolan: TestPortolan
let cast: Cast
beforeAll(async () => {
  cast = await makeStage()
  portolan = await openPortolan(await testNeo4j(), cast)
}, 1_500_000)
afterAll(() => portolan?.close())

const [NIGER, ITALY] = ['ne-dst.aicha', 'it-sco.paola'] as const
let keys = 0
/** What an office says of one actor: of a new one, or of one that is known. */
async function say(fields: object, { id, by = NIGER }: { id?: string; by?: string } = {}) {
  const input = report(`migrants-${++keys}`, {
    release: releaseTo(['all'], by.slice(0, 2).toUpperCase()),
    entities: [{ local: 'one', kind: 'ACTOR', ...(id && { id }) }],
    claims: [{ actor: { entity: 'one', category: 'OTHER', benefit: 'UNKNOWN', ...fields } }],
  })
  const { json } = await portolan.ask(by, SUBMIT, { input })
  return {
    id: json.data?.submitReport.ids[0].id as string,
    refused: json.errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code).join(),
  }
}

const ACTOR = `query($id: ID!) { actor(id: $id) { protectedStates said { field values { value } }
  descriptions { ... on ActorDescription { category benefit humanitarian } } } }`
async function read(id: string) {
  const { actor } = (await portolan.ask(NIGER, ACTOR, { id })).json.data
  const said = actor.said.map((one: { field: string; values: { value: string }[] }) => [
    one.field,
    one.values.map(({ value }) => value).join(),
  ])
  return { ...actor, said: Object.fromEntries(said) }
}

const NEVER_ACTORS = ['VICTIM', 'WITNESS', 'INFORMANT']
const ACCUSING = ['SUSPECT', 'CONVICTED', 'POTENTIAL_OFFENDER']
const PROTECTED = [{ minor: true }, { coerced: true }, { age: 'CHILD' }, { age: 'UNDER_18_CLAIMED' }]
const STATES: [object, string[]][] = [
  [{ minor: true }, ['MINOR']],
  [{ coerced: true, migrant: true }, ['COERCED', 'MIGRANT']],
  [{ age: 'UNDER_18_CLAIMED' }, ['MINOR']],
  [{ age: 'CHILD' }, ['MINOR']],
  [{ migrant: true }, ['MIGRANT']],
  [{ age: 'ADULT' }, []],
]

/** What is taken of those and must be refused as a protected person. */
async function accused(all: object[]): Promise<string[]> {
  const found: string[] = []
  for (const fields of all) {
    const { refused = 'taken' } = await say(fields)
    if (refused !== 'PROTECTED_PERSON') found.push(`${JSON.stringify(fields)} is ${refused}`)
  }
  return found
}

/** Who does not carry the states that somebody said of him, alone or against another office. */
async function unprotected(all: [object, string[]][]): Promise<string[]> {
  const found: string[] = []
  for (const [fields, states] of all) {
    const { id } = await say(fields)
    // A second office that knows nothing of it takes nothing away.
    await say({}, { id, by: ITALY })
    const { protectedStates } = await read(id)
    if (protectedStates.join() !== states.join())
      found.push(`${JSON.stringify(fields)} carries ${protectedStates}`)
  }
  return found
}

/** Where benefit and humanitarian help do not stand as they were said, each for itself. */
async function mingled(): Promise<string[]> {
  const found: string[] = []
  for (const benefit of codes.BENEFITS)
    for (const humanitarian of [true, false]) {
      const { id } = await say({ benefit, humanitarian })
      const { said, descriptions } = await read(id)
      const shown = JSON.stringify([said.benefit, said.humanitarian, descriptions])
      const category = 'OTHER'
      const wanted = JSON.stringify([benefit, `${humanitarian}`, [{ category, benefit, humanitarian }]])
      if (shown !== wanted) found.push(`${benefit}, ${humanitarian} shows ${shown}`)
    }
  return found
}

/** Who was smuggled is nothing by that: his category is the one that was said. */
async function suspectedForIt(): Promise<string[]> {
  const { id, refused } = await say({ migrant: true, category: 'CONTACT', benefit: 'NONE' })
  if (refused) return [`a migrant is ${refused}`]
  const { said } = await read(id)
  return said.category === 'CONTACT' ? [] : [`a migrant is ${said.category}`]
}

/** Cards about protected persons that leave the office which wrote them, whatever the sealed subject says. */
async function exposed(all: object[]): Promise<string[]> {
  const found: string[] = []
  const seal = async (entity: string, readers: string[]) => {
    const input = await sealedCard(cast, 'ne-dst', entity, readers, Date.now())
    const { json } = await portolan.ask(NIGER, SEAL_CARD, { input })
    return { card: input.facts.id, code: json.errors?.[0].extensions.code ?? 'taken' }
  }
  for (const fields of all) {
    const { id } = await say({})
    const { card: before } = await seal(id, ['it-sco'])
    // Said later, by another office: once is enough.
    await say(fields, { id, by: ITALY })
    const { code } = await seal(id, ['it-sco'])
    const own = await seal(id, [])
    const { json } = await portolan.ask(NIGER, '{ resealTasks(first: 100) { id causes } }')
    const told = json.data.resealTasks.find((task: { id: string }) => task.id === before)
    const what = JSON.stringify(fields)
    if (code !== 'PROTECTED_PERSON') found.push(`a card about ${what} is ${code}`)
    if (own.code !== 'taken') found.push(`a card about ${what} is ${own.code} in its own office`)
    if (!told?.causes.includes('PROTECTED')) found.push(`nobody is told of the earlier card about ${what}`)
  }
  return found
}

/** Lists of the API that hold elements of both offences, or a name that stands for both. */
const judged = { schema }
function merged(): string[] {
  const elements = (offence: string) =>
    Object.entries(codes.OFFENCE_OF).flatMap(([list, of]) =>
      of === offence ? [...codes.CODES[list as keyof typeof codes.OFFENCE_OF]] : [],
    ) as string[]
  const [smuggling, trafficking] = [elements('SOM'), elements('TIP')]
  const both = smuggling.filter((name) => trafficking.includes(name))
  const lists = Object.values(judged.schema.getTypeMap()).filter(isEnumType)
  return [
    ...both.map((name) => `${name} is of both`),
    ...lists.flatMap((list) => {
      const names = list.getValues().map(({ name }) => name)
      const mixed =
        names.some((name) => smuggling.includes(name)) && names.some((name) => trafficking.includes(name))
      const joint = names.filter((name) => /SOM.*TIP|TIP.*SOM|SMUGGL.*TRAFFICK|TRAFFICK.*SMUGGL/.test(name))
      return [...(mixed ? [`${list.name} holds elements of both`] : []), ...joint]
    }),
  ]
}

/** Fields of a report for what was done to a victim. */
const referral = (): string[] =>
  Object.values(judged.schema.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`))
    .filter((name) => /victim|referral|health|asylum|exploit/i.test(name))

describe('an actor', () => {
  it.each(NEVER_ACTORS)('is never a %s', async (category) => {
    expect(await accused([{ category }])).toEqual([])
  })

  it.each(PROTECTED.flatMap((state) => ACCUSING.map((category) => ({ ...state, category }))))(
    '%o: is refused',
    async (fields) => {
      expect(await accused([fields])).toEqual([])
    },
  )

  it.each(STATES)('%o: carries the protected state %o, whoever else says nothing of it', async (...row) => {
    expect(await unprotected([row])).toEqual([])
  })

  it('who is also a migrant may be one, for what he does and not for having been smuggled', async () => {
    expect(await say({ migrant: true, category: 'SUSPECT', benefit: 'SHOWN' })).toMatchObject({
      refused: undefined,
    })
    expect(await suspectedForIt()).toEqual([])
  })

  it('has his category and benefit said: neither has a default', async () => {
    expect((await say({ category: undefined })).refused).toBeDefined()
    expect((await say({ benefit: undefined })).refused).toBeDefined()
  })
})

describe('a card', () => {
  it.each(PROTECTED)(
    'about somebody of whom one office said %o stays in the office that wrote it',
    async (fields) => {
      expect(await exposed([fields])).toEqual([])
    },
  )

  isNoticed(
    [() => exposed([{ minor: true }])],
    [['no description protects anybody', () => bend('isProtected', () => () => false)]],
  )
})

describe('benefit and humanitarian help', () => {
  it('are two fields: neither stands in the other, and each is shown as it was said', async () => {
    expect([...codes.BENEFITS]).toEqual(['SHOWN', 'UNKNOWN', 'NONE'])
    expect(await mingled()).toEqual([])
  })
})

describe('smuggling and trafficking', () => {
  it('are never one code: no list holds elements of both', () => {
    expect(merged()).toEqual([])
  })

  it('no input of a report takes what was done to a victim: that lives apart, under other keys', () => {
    expect(referral()).toEqual([])
  })
})

/** Judges an actor as if he had been said to be something else. */
const judging = (as: (own: Record<string, unknown>) => Record<string, unknown>) => () =>
  bend('checkDescription', (honest) => (one, ...rest) => {
    const own = as({ ...one.own })
    honest({ ...one, own }, ...rest)
  })
/** Stores something else than what was said. */
const storing = (as: (own: Record<string, unknown>) => void) => () =>
  bend('checkDescription', (honest) => (one, ...rest) => {
    honest(one, ...rest)
    as(one.own)
  })
/** An API with something more in it. */
const having = (more: string) => () => swap(judged, 'schema', extendSchema(schema, parse(more)))
const said = (own: Record<string, unknown>, ...names: string[]) =>
  Object.fromEntries(Object.entries(own).filter(([name]) => !names.includes(name)))

isNoticed(
  [
    () =>
      accused([
        ...NEVER_ACTORS.map((category) => ({ category })),
        ...PROTECTED.map((state, i) => ({ ...state, category: ACCUSING[i % ACCUSING.length] })),
      ]),
    () => unprotected(STATES),
    mingled,
    suspectedForIt,
    merged,
    referral,
  ],
  [
    ['no rule protects anybody', () => bend('checkDescription', () => () => {})],
    [
      'a victim may be an actor',
      judging((own) => (own.category === 'VICTIM' ? { ...own, category: 'OTHER' } : own)),
    ],
    ['a child by age is nobody to protect', judging((own) => said(own, 'age'))],
    ['who was coerced may be convicted', judging((own) => said(own, 'coerced'))],
    [
      'who steered for a day is a suspect',
      storing((own) => {
        if (own.migrant && own.category === 'CONTACT') own.category = 'SUSPECT'
      }),
    ],
    [
      'who helps has no benefit',
      storing((own) => {
        if (own.humanitarian) own.benefit = 'NONE'
      }),
    ],
    [
      'who has no benefit helps',
      storing((own) => {
        if (own.benefit === 'NONE') own.humanitarian = true
      }),
    ],
    [
      'the newest word on protection counts, and not every word',
      () => {
        const honest = field('Actor', 'protectedStates').resolve!
        return swap(field('Actor', 'protectedStates'), 'resolve', async (one, args, context, info) => {
          const row = await field('Actor', 'descriptions').resolve!(one, args, context, info)
          const offices = new Set((row as { office: string }[]).map(({ office }) => office))
          return offices.has('it-sco') ? [] : honest(one, args, context, info)
        })
      },
    ],
    ['nobody carries a protected state', () => swap(field('Actor', 'protectedStates'), 'resolve', () => [])],
    ['one list is of both offences', having('enum Deed { ACT_PROCURE_ENTRY RECRUIT }')],
    ['one code is both offences', having('enum Offence { SOM_OR_TIP }')],
    ['a report takes what was done to somebody', having('input Harmed { exploitedBy: ID }')],
  ],
)
