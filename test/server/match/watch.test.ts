import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchFound } from '../../../cypher/match/batch.ts'
import { MATCH_CHOICES, type MatchChoice } from '../../../schema/wire/codes.ts'
import { testNeo4j } from '../../neo4j.ts'
import { listen } from '../listener.ts'
import { ANNOUNCE, type MatchDesks, newToken, openMatchDesks, REFUSE } from './desks.ts'

// Cards on watch: two offices that come to hold the same selector learn it, each as much as the other lets it.

let desks: MatchDesks
beforeAll(async () => {
  desks = await openMatchDesks(await testNeo4j())
}, 1_500_000)
afterAll(() => desks?.close())

const NIGER = 'ne-dst.aicha'
const ITALY = 'it-sco.paola'
/** The hits of a card, as its office sees them. */
const hitsOf = async (person: string, card: string) =>
  (await desks.hits(person)).filter((hit) => hit.card === card)

/** Whom two owners' choices tell of a hit, and whom each is shown: written down a second time. */
const NOTHING = null
const NAMELESS = { office: null }
const NAMED = (office: string) => ({ office })
const LEARNS: Record<MatchChoice, Record<MatchChoice, [object | null, object | null]>> = {
  ANNOUNCE: {
    ANNOUNCE: [NAMED('it-sco'), NAMED('ne-dst')],
    ANNOUNCE_TO_ME_FIRST: [NOTHING, NAMED('ne-dst')],
    SILENT: [NOTHING, NAMED('ne-dst')],
  },
  ANNOUNCE_TO_ME_FIRST: {
    ANNOUNCE: [NAMED('it-sco'), NOTHING],
    ANNOUNCE_TO_ME_FIRST: [NAMELESS, NAMELESS],
    SILENT: [NAMELESS, NAMELESS],
  },
  SILENT: {
    ANNOUNCE: [NAMED('it-sco'), NOTHING],
    ANNOUNCE_TO_ME_FIRST: [NAMELESS, NAMELESS],
    SILENT: [NAMELESS, NAMELESS],
  },
}
const CHOICES = MATCH_CHOICES.flatMap((one) => MATCH_CHOICES.map((other) => [one, other] as const))

describe('two cards with an equal token', () => {
  it.each(CHOICES)('%s and %s learn what each lets the other', async (niger, italy) => {
    const token = newToken('PLATE')
    const ours = await desks.holding(NIGER, [token], niger)
    await desks.batch()
    const theirs = await desks.holding(ITALY, [token, newToken()], italy)
    await desks.batch()
    const [first, second] = [await hitsOf(NIGER, ours), await hitsOf(ITALY, theirs)]
    const [us, them] = LEARNS[niger][italy]
    expect(first).toEqual(us ? [expect.objectContaining({ type: 'PLATE', ...us })] : [])
    expect(second).toEqual(them ? [expect.objectContaining({ type: 'PLATE', ...them })] : [])
    for (const [hit, choice] of [
      [first[0], niger],
      [second[0], italy],
    ] as const)
      if (hit) expect(hit.announced).toBe(choice === 'ANNOUNCE')
    if (us && them) expect(first[0]!.id).toBe(second[0]!.id)
  })

  it('say nothing where type, epoch or token differ, nor within one office', async () => {
    const token = newToken('IMEI')
    const cards = [
      [NIGER, await desks.holding(NIGER, [token])],
      ['ne-dst.issa', await desks.holding('ne-dst.issa', [token])],
      [ITALY, await desks.holding(ITALY, [{ ...token, type: 'IMO' }])],
      ['ml-dnlt.fanta', await desks.card('ml-dnlt.fanta')],
    ] as const
    await desks.place('ml-dnlt.fanta', cards[3][1], [token], 'ANNOUNCE', { epoch: 2027 })
    await desks.batch()
    for (const [person, card] of cards) expect(await hitsOf(person, card)).toEqual([])
  })

  it('make one hit for each type, whatever is placed again or renewed', async () => {
    const tokens = [newToken(), newToken(), newToken('PLATE')]
    const ours = await desks.holding(NIGER, tokens)
    const theirs = await desks.holding(ITALY, tokens)
    await desks.batch()
    expect((await hitsOf(NIGER, ours)).map(({ type }) => type).sort()).toEqual(['PHONE', 'PLATE'])
    await desks.place(NIGER, ours, tokens)
    await desks.batch()
    const renewed = tokens.map(({ type }) => newToken(type))
    await desks.place(NIGER, ours, renewed, 'ANNOUNCE', { epoch: 2027 })
    await desks.place(ITALY, theirs, renewed, 'ANNOUNCE', { epoch: 2027 })
    await desks.batch()
    expect(await hitsOf(NIGER, ours)).toHaveLength(2)
    expect(await hitsOf(ITALY, theirs)).toHaveLength(2)
  })

  it('go by what the owner chose last before the batch', async () => {
    const token = newToken()
    const ours = await desks.holding(NIGER, [token], 'ANNOUNCE')
    const choose =
      'mutation($key: String!, $card: ID!) { setMatchChoice(key: $key, card: $card, choice: SILENT) { card } }'
    await desks.data(NIGER, choose, { key: `choose-${ours}`, card: ours })
    const theirs = await desks.holding(ITALY, [token], 'ANNOUNCE')
    await desks.batch()
    expect(await hitsOf(ITALY, theirs)).toEqual([])
    expect(await hitsOf(NIGER, ours)).toEqual([
      expect.objectContaining({ office: 'it-sco', announced: false }),
    ])
  })
})

describe('an owner who was told first', () => {
  it('announces: then the other is told, and by its id both speak of one thing', async () => {
    const token = newToken('VIN')
    const ours = await desks.holding(NIGER, [token], 'ANNOUNCE_TO_ME_FIRST')
    const theirs = await desks.holding(ITALY, [token], 'ANNOUNCE')
    await desks.batch()
    const [hit] = await hitsOf(NIGER, ours)
    expect(await hitsOf(ITALY, theirs)).toEqual([])
    const done = await desks.data(NIGER, ANNOUNCE, { id: hit!.id })
    expect(done.announceHit).toEqual({ id: hit!.id, announced: true, office: 'it-sco' })
    expect(await hitsOf(ITALY, theirs)).toEqual([
      expect.objectContaining({ id: hit!.id, office: 'ne-dst', announced: true }),
    ])
    await desks.data(NIGER, ANNOUNCE, { id: hit!.id })
    expect(await hitsOf(ITALY, theirs)).toHaveLength(1)
  })

  it('announces to one who was told without a name, and learns his only when he does the same', async () => {
    const token = newToken('MMSI')
    const ours = await desks.holding(NIGER, [token], 'SILENT')
    const theirs = await desks.holding(ITALY, [token], 'ANNOUNCE_TO_ME_FIRST')
    await desks.batch()
    const [hit] = await hitsOf(NIGER, ours)
    expect((await desks.data(NIGER, ANNOUNCE, { id: hit!.id })).announceHit.office).toBeNull()
    expect(await hitsOf(ITALY, theirs)).toEqual([
      expect.objectContaining({ office: 'ne-dst', announced: false }),
    ])
    expect((await desks.data(ITALY, ANNOUNCE, { id: hit!.id })).announceHit.office).toBe('ne-dst')
    expect(await hitsOf(NIGER, ours)).toEqual([
      expect.objectContaining({ office: 'it-sco', announced: true }),
    ])
  })

  it('refuses: whom nothing was announced to, nothing of that is told; and whoever knows is told why', async () => {
    const [hidden, shared] = [newToken(), newToken('IBAN')]
    const ours = await desks.holding(NIGER, [hidden], 'ANNOUNCE_TO_ME_FIRST')
    const theirs = await desks.holding(ITALY, [hidden], 'ANNOUNCE')
    const open = await desks.holding(NIGER, [shared])
    const known = await desks.holding(ITALY, [shared])
    await desks.batch()
    const reason = 'ONGOING_INVESTIGATION'
    for (const card of [ours, open]) {
      const [hit] = await hitsOf(NIGER, card)
      expect((await desks.data(NIGER, REFUSE, { id: hit!.id, reason })).refuseHit.refused).toBe(reason)
    }
    expect(await hitsOf(ITALY, theirs)).toEqual([])
    expect((await hitsOf(ITALY, known)).map(({ theirRefusal }) => theirRefusal)).toEqual([reason])
  })
})

describe('a third office, and one above or below', () => {
  it('sees nothing of a hit, and cannot tell it from one that never was', async () => {
    const token = newToken('DOCUMENT')
    const ours = await desks.holding(NIGER, [token], 'ANNOUNCE_TO_ME_FIRST')
    await desks.holding(ITALY, [token])
    await desks.batch()
    const [hit] = await hitsOf(NIGER, ours)
    for (const stranger of ['ne-dst-agadez.moussa', 'it-proc.giulia', 'ml-dnlt.fanta', ITALY]) {
      const open = 'query($id: ID!) { hit(id: $id) { type } }'
      const [seen, absent] = [
        await desks.portolan.ask(stranger, open, { id: hit!.id }),
        await desks.portolan.ask(stranger, open, { id: 'a'.repeat(26) }),
      ]
      expect(seen.text).toBe(absent.text)
      expect(await desks.fault(stranger, ANNOUNCE, { id: hit!.id })).toBe('NOT_FOUND')
      expect((await desks.hits(stranger)).map(({ id }) => id)).not.toContain(hit!.id)
    }
  })
})

describe('the event', () => {
  it('tells each office that is told, once, with the hit’s id and nothing else, and no unit of it', async () => {
    const stream = await listen(await desks.portolan.session(ITALY))
    const unit = await listen(await desks.portolan.session('ne-dst-agadez.moussa'))
    const token = newToken()
    await desks.holding(NIGER, [token])
    const theirs = await desks.holding(ITALY, [token])
    await desks.batch()
    const [hit] = await hitsOf(ITALY, theirs)
    const { time: _, ...told } = (await stream.heard()).data.events
    expect(told).toEqual({ kind: 'HIT', about: hit!.id, thread: null, type: null, urgency: null, due: null })
    await desks.portolan.instance.matching.tell()
    const { events } = desks.portolan.instance
    await events.publish({ kind: 'RESEAL_TASK', offices: ['it-sco', 'ne-dst'], id: 'last' })
    expect((await stream.heard()).data.events.about).toBe('last')
    expect((await unit.heard()).data.events.about).toBe('last')
    for (const one of [stream, unit]) one.leave()
  })
})

describe('a batch that is cut short', () => {
  it('is run again: what it had not written is found, and nothing stands twice', async () => {
    const token = newToken()
    const ours = await desks.holding(NIGER, [token])
    await desks.holding(ITALY, [token])
    const { graph } = desks.portolan
    const { write } = graph
    for (const when of ['before', 'after'] as const) {
      graph.write = async (statement, ...rest) => {
        if (statement.name !== matchFound.name) return write(statement, ...rest)
        graph.write = write
        if (when === 'after') await write(statement, ...rest)
        throw new Error('cut')
      }
      await desks.batch()
      expect(await hitsOf(NIGER, ours)).toHaveLength(when === 'before' ? 0 : 1)
    }
    await desks.batch()
    expect(await hitsOf(NIGER, ours)).toHaveLength(1)
  })
})
