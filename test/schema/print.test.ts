import { readFile } from 'node:fs/promises'
import { type GraphQLObjectType, isEnumType, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { sdl } from '../../schema/print.ts'
import { CODES } from '../../schema/wire/codes.ts'

/** What its originator counts, and everybody who sees it sees each count of. */
const COUNTED = new Set<string>()

describe('the printed schema', () => {
  it('is the one that is checked in: run `npm run schema` after a change', async () => {
    expect(await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8')).toBe(sdl())
  })

  it('has every coded list as an enum with exactly its codes', () => {
    for (const [name, codes] of Object.entries(CODES)) {
      const type = schema.getType(name)
      if (!isEnumType(type)) throw new Error(`expected ${name} to be an enum`)
      expect([
        name,
        type
          .getValues()
          .map(({ name: value }) => value)
          .sort(),
      ]).toEqual([name, [...codes].sort()])
    }
  })

  it('gives no way to change anchors, and events alone to subscribe to', () => {
    const fields = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {})
    expect(fields(schema.getMutationType())).toEqual([
      ...[
        'acknowledgeNotice',
        'announceHit',
        'approveBudget',
        'cancelAnalysis',
        'closeAttachment',
        'confirmPackets',
        'correctReport',
        'enterDirectory',
        'eraseCard',
      ],
      ...[
        'eraseRecords',
        'eraseReport',
        ...['match', 'matchStructure', 'permitEvaluation', 'placeTokens', 'proposeSame', 'refuseHit'],
        'releaseCard',
        'releaseReport',
        'reseal',
        'rewrap',
        'sealCard',
        'sendMessage',
      ],
      ...[
        'setMatchChoice',
        'startAnalysis',
        'submitReport',
        'unwatchStructure',
        'watchStructure',
        'withdrawReport',
      ],
    ])
    expect(fields(schema.getSubscriptionType())).toEqual(['events'])
  })

  it('shows of no entity what no claim says: an entity has no property of its own', () => {
    const own = schema.getType('Entity')
    expect(Object.keys((own as GraphQLObjectType).getFields()).sort()).toEqual([
      'descriptions',
      'id',
      'kind',
      'label',
      'more',
      'relations',
      'said',
    ])
  })

  it('counts only what a viewer sees, and hands out no score', () => {
    for (const type of Object.values(schema.getTypeMap()))
      if (isObjectType(type) && !type.name.startsWith('__'))
        expect(
          Object.keys(type.getFields()).filter((name) => /score|weight|version|compartment/i.test(name)),
          type.name,
        ).toEqual(COUNTED.has(type.name) ? ['version'] : [])
  })
})
