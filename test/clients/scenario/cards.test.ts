import { describe, expect, it } from 'vitest'
import { CardFile } from '../../../clients/cli/card-file.ts'
import { ACTORS } from '../../../clients/scenario/actors.ts'
import { CARDS } from '../../../clients/scenario/cards.ts'
import { charted } from '../../../clients/scenario/chart.ts'
import type { Seal } from '../../../clients/scenario/steps.ts'
import { CARD_ENTITIES, CardPayload, isProtected } from '../../../schema/wire/card.ts'
import { normalForm } from '../../../schema/wire/identifiers/normal.ts'

const cards = CARDS.filter((step): step is Seal => step.act === 'card')
const said = cards.flatMap(({ name, card }) => card.identifiers.map((one) => ({ name, ...one })))
const of = (kind: string) => said.filter((one) => one.kind === kind)

describe('the identity cards of the scenario', () => {
  it.each(cards.map((step) => [step.name, step] as const))(
    '%s is one that “card seal” would take',
    (_, step) => {
      const file = CardFile.parse({ ...step.card, text: step.text.fr })
      expect(CARD_ENTITIES[file.kind]).toContain(charted(step.entity).kind)
      const id = '0'.repeat(26)
      const facts = {
        ...{ id, entity: id, kind: file.kind, office: step.office },
        ...{ created: '2026-01-01T00:00:00Z', profile: 'compat', version: 1 },
      }
      const { kind: _kind, ...content } = file
      const payload = {
        format: 'portolan.card.1',
        facts,
        content: { ...content, language: 'fr' },
        padding: '',
      }
      expect(CardPayload.safeParse(payload).error).toBeUndefined()
    },
  )

  it('are about those who lead, a driver, a vehicle and a telephone', () => {
    const leaders = cards.filter(({ entity }) => ACTORS[entity]?.level === 'L3')
    expect(leaders.length).toBeGreaterThanOrEqual(6)
    expect(cards.map(({ entity }) => entity)).toEqual(expect.arrayContaining(['Erg', 'Pickup-01', 'Sirocco']))
    expect(new Set(cards.map(({ card }) => card.kind))).toEqual(new Set(Object.keys(CARD_ENTITIES)))
  })

  it('are about nobody who is protected, helps for nothing or came as a migrant', () => {
    for (const { entity, card } of cards) {
      const { says } = charted(entity)
      expect(isProtected(says) || isProtected(card.subject ?? {}), entity).toBe(false)
      expect([says.humanitarian, says.migrant], entity).toEqual([undefined, undefined])
    }
  })

  it('go to offices and a team that are named, never to all', () => {
    for (const { release } of cards)
      for (const principal of release.to) expect(principal).toMatch(/^(office|team):/)
  })

  it('say what has one spelling, so that it joins, and speak English and French', () => {
    for (const one of said) expect(normalForm(one), `${one.name} ${one.value}`).not.toBeNull()
    for (const { text } of cards) {
      expect(text.en.length).toBeGreaterThan(40)
      expect(text.fr.length).toBeGreaterThan(40)
      expect(text.fr).not.toBe(text.en)
    }
  })

  it('hold numbers that nobody is given', () => {
    for (const one of of('PHONE')) expect(normalForm(one)).toMatch(/^\+(2\d\d|39)00/)
    for (const kind of ['PLATE', 'DOCUMENT']) for (const { value } of of(kind)) expect(value).toMatch(/^000/)
    for (const { value } of of('EMAIL')) expect(value).toMatch(/\.example$/)
    for (const { value } of of('IMEI')) expect(value).toMatch(/^001/)
    expect(new Set(said.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(9)
  })
})
