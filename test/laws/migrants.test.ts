import { isEnumType, isInputObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import * as codes from '../../schema/wire/codes.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { makeStage, releaseTo } from './stage.ts'

// Law 6: nobody is a suspect for having been smuggled.

let portolan: TestPortolan
beforeAll(async () => {
  portolan = await openPortolan(await testNeo4j(), await makeStage())
}, 1_500_000)
afterAll(() => portolan?.close())

let keys = 0
const actor = (fields: object) =>
  report(`migrants-${++keys}`, {
    release: releaseTo([], 'NE'),
    entities: [{ local: 'one', kind: 'ACTOR' }],
    claims: [{ actor: { entity: 'one', category: 'OTHER', benefit: 'UNKNOWN', ...fields } }],
  })
const submit = async (fields: object) =>
  (await portolan.ask('ne-dst.aicha', SUBMIT, { input: actor(fields) })).json
const refusals = (json: { errors?: { extensions: { code: string } }[] }) =>
  json.errors?.map(({ extensions }) => extensions.code)

describe('an actor', () => {
  it.each(['VICTIM', 'WITNESS', 'INFORMANT'])('is never a %s', async (category) => {
    expect(refusals(await submit({ category }))).toEqual(['PROTECTED_PERSON'])
  })

  const PROTECTED = [{ minor: true }, { coerced: true }, { age: 'CHILD' }, { age: 'UNDER_18_CLAIMED' }]
  it.each(
    PROTECTED.flatMap((state) =>
      ['SUSPECT', 'CONVICTED', 'POTENTIAL_OFFENDER'].map((category) => ({ ...state, category })),
    ),
  )('%o: is refused', async (fields) => {
    expect(refusals(await submit(fields))).toEqual(['PROTECTED_PERSON'])
  })

  it.each([
    [{ minor: true }, ['MINOR']],
    [{ coerced: true, migrant: true }, ['COERCED', 'MIGRANT']],
    [{ age: 'UNDER_18_CLAIMED' }, ['MINOR']],
    [{ migrant: true }, ['MIGRANT']],
    [{ age: 'ADULT' }, []],
  ])('%o: carries the protected state %o', async (fields, states) => {
    const { data } = await submit(fields)
    const { json } = await portolan.ask(
      'ne-dst.aicha',
      'query($id: ID!) { actor(id: $id) { protectedStates } }',
      { id: data.submitReport.ids[0].id },
    )
    expect(json.data.actor.protectedStates).toEqual(states)
  })

  it('who is also a migrant may be one, for what he does and not for having been smuggled', async () => {
    expect(refusals(await submit({ migrant: true, category: 'SUSPECT', benefit: 'SHOWN' }))).toBeUndefined()
  })

  it('has his category and benefit said: neither has a default', async () => {
    expect(refusals(await submit({ category: undefined }))).toBeDefined()
    expect(refusals(await submit({ benefit: undefined }))).toBeDefined()
  })
})

describe('benefit and humanitarian help', () => {
  it('are two fields: neither stands in the other, and each is shown as it was said', async () => {
    expect([...codes.BENEFITS]).toEqual(['SHOWN', 'UNKNOWN', 'NONE'])
    const { data } = await submit({ benefit: 'NONE', humanitarian: true })
    const { json } = await portolan.ask(
      'ne-dst.aicha',
      'query($id: ID!) { actor(id: $id) { said { field values { value } } } }',
      { id: data.submitReport.ids[0].id },
    )
    const said = Object.fromEntries(
      json.data.actor.said.map((one: { field: string; values: { value: string }[] }) => [
        one.field,
        one.values.map(({ value }) => value),
      ]),
    )
    expect(said).toMatchObject({ benefit: ['NONE'], humanitarian: ['true'] })
  })
})

describe('smuggling and trafficking', () => {
  it('are never one code: no list holds elements of both', () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isEnumType(type)) continue
      const names = type.getValues().map(({ name }) => name)
      const both =
        names.some((name) => /(?:^|_)SOM(?:_|$)/.test(name)) &&
        names.some((name) => /(?:^|_)TIP(?:_|$)/.test(name))
      // The list of the offences themselves names each of them, apart.
      if (both) expect(Object.keys(codes.OFFENCE_OF).length, type.name).toBeGreaterThan(0)
      for (const name of names)
        expect(name).not.toMatch(/SOM.*TIP|TIP.*SOM|SMUGGL.*TRAFFICK|TRAFFICK.*SMUGGL/)
    }
  })

  it('no input of a report takes what was done to a victim: that lives apart, under other keys', () => {
    for (const type of Object.values(schema.getTypeMap()))
      if (isInputObjectType(type))
        for (const name of Object.keys(type.getFields()))
          expect(`${type.name}.${name}`).not.toMatch(/victim|referral|health|asylum|exploit/i)
  })
})
