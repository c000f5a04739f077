import {
  cardErase,
  cardOwn,
  cardRelease,
  cardSeal,
  type OwnCard,
  type SealRow,
} from '../../cypher/card/card.ts'
import { entityOpen, SAID_ALONE } from '../../cypher/entity/entity.ts'
import { NEVER } from '../../cypher/report/write.ts'
import type { CardChanged, CardDesk } from '../../schema/context.ts'
import { canonical, type Json } from '../../schema/wire/canonical.ts'
import { CARD_ENTITIES, CardFacts, isProtected, SealedInput } from '../../schema/wire/card.ts'
import type { NoticeKind } from '../../schema/wire/codes.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { type Reach, Release, reachOf } from '../../schema/wire/release.ts'
import { IdempotencyKey } from '../../schema/wire/report.ts'
import { disclosed } from '../ask.ts'
import { erasedOf, erasureStands } from '../erasures.ts'
import { changeOf, committed } from '../outbox.ts'
import { parsed } from '../parsed.ts'
import { scopeFor } from '../policy.ts'
import { type Acts, actsFor, type DeskParts, type DeskRequest, type Doing } from '../report/acts.ts'
import { officesReached } from '../report/reached.ts'
import { checkRelease } from '../report/transfer.ts'
import type { Stamp } from '../writer.ts'
import { leaves } from './reseal.ts'
import { admitSealed, officesIn, resealing, used } from './resealing.ts'

/** What changes a card. Each act is done once; who may read changes while nobody reads. */
export function cardDesk(parts: DeskParts, request: DeskRequest): CardDesk {
  const acts = actsFor(parts, request)
  const { compartments, queues } = parts
  const { caller } = request
  const inTurn = <T>(id: string, work: () => Promise<T>) => queues.inTurn(`card ${id}`, work)
  return {
    ...resealing(parts, request, acts),
    async seal(input) {
      scopeFor(cardSeal, caller, compartments, 0)
      const facts = parsed(CardFacts, input.facts, ['input', 'facts'])
      const key = `card.${facts.id}.${facts.version}`
      const done = await acts.once('CARD_SEAL', key, input, (doing) =>
        inTurn(facts.id, () => sealed(parts, request, acts, doing, facts, input)),
      )
      return { card: facts.id, lost: [], replayed: done.replayed }
    },
    async release(card, key, input) {
      let lost: string[] = []
      const done = await acts.once('CARD_RELEASE', checkedKey(key), { card, input }, (doing) =>
        inTurn(card, async () => {
          const own = await ownCard(request, card)
          lost = await moved(parts, request, acts, doing, own, releaseIn(parts, request, input, ['release']))
          return { report: null, ids: [], replayed: false }
        }),
      )
      return { card, lost, replayed: done.replayed }
    },
    async erase(card, key, reason) {
      let lost: string[] = []
      const done = await acts.once('CARD_ERASE', checkedKey(key), { card, reason }, (doing) =>
        inTurn(card, async () => {
          const own = await ownCard(request, card)
          lost = (await readersOf(parts, own)).filter((office) => office !== caller.office)
          await erased(parts, request, acts, doing, own, reason)
          return { report: null, ids: [], replayed: false }
        }),
      )
      return { card, lost, replayed: done.replayed } satisfies CardChanged
    },
  }
}

/** The offices that can open a card now. */
async function readersOf({ exchange, directory }: DeskParts, { object }: OwnCard): Promise<string[]> {
  const bytes = await exchange.read(object)
  return bytes ? officesIn(bytes, directory) : []
}

const checkedKey = (key: string): string => parsed(IdempotencyKey, key, ['key'])

/** A card of the caller's office. Hidden, absent and foreign cards are one fault. */
export async function ownCard({ ask, caller }: DeskRequest, id: string): Promise<OwnCard> {
  const [found] = await ask(cardOwn, { id, office: caller.office })
  if (found) return found
  throw new Fault('NOT_FOUND', 'expected a card of your office', { path: ['card'] })
}

/** Never to `all`: who joins the platform later would get what nobody sealed to him. */
function releaseIn({ directory }: DeskParts, { caller }: DeskRequest, input: unknown, path: string[]): Reach {
  const release = parsed(Release, input, path)
  if (release.to.includes('all'))
    throw new Fault(
      'BAD_INPUT',
      'expected offices, countries, teams or persons, got all: a card is sealed to keys that are known now',
      { path: [...path, 'to'] },
    )
  const faults = checkRelease(release, caller, directory)
  if (faults.length > 0) throw faultOf(faults)
  return reachOf(release, caller)
}

/**
 * What the card is about, as the caller sees it: hidden, absent and of a wrong kind are one fault. Law 6: by one visible
 * claim that somebody is protected, a card about him stays in the office.
 */
async function checkEntity(
  { directory }: DeskParts,
  { ask, caller }: DeskRequest,
  facts: Pick<CardFacts, 'entity' | 'kind'>,
  reach: Reach,
): Promise<void> {
  const [found] = await ask(entityOpen, {
    ids: [facts.entity],
    ...SAID_ALONE,
  })
  const kinds = CARD_ENTITIES[facts.kind]
  if (!found || !kinds.includes(found.labels))
    throw new Fault('BAD_REFERENCE', `expected an entity of kind ${kinds.join(' or ')}`, {
      path: ['input', 'facts', 'entity'],
    })
  const reached = officesReached(reach, directory)
  if (leaves(reached, caller.office, directory) && found.said.some((said) => isProtected(said)))
    throw new Fault('PROTECTED_PERSON', 'expected your own office only: this person is protected', {
      path: ['input', 'release', 'to'],
    })
}

async function sealed(
  parts: DeskParts,
  request: DeskRequest,
  acts: Acts,
  doing: Doing,
  facts: CardFacts,
  input: { release?: unknown; sealed: unknown },
) {
  const { caller, record } = request
  const { compartments, directory, exchange, latch, writer } = parts
  const [before] = await request.ask(cardOwn, { id: facts.id, office: caller.office })
  checkVersion(facts, before, caller.office)
  const reach = before
    ? compartments.reachOf(before.compartment)
    : releaseIn(parts, request, input.release, ['input', 'release'])
  if (before && input.release != null)
    throw wrong('release', 'expected none: a correction goes wherever the card goes')
  await checkEntity(parts, request, facts, reach)
  const compartment = before?.compartment ?? (await compartments.numberOf(reach))
  const key = `${facts.id}.${facts.version}`
  const given = parsed(SealedInput, input.sealed, ['input', 'sealed'])
  const reached = officesReached(reach, directory)
  // A card says no sensitivity; that it went in the older profile is on record.
  const { profile } = facts
  exchange.checkDowngrade({ profile, sensitivity: 'S1_ROUTINE', audience: given.audience }, record)
  const keys = await admitSealed(exchange, caller, { ...given, profile, reached })
  const row = (stamp: Stamp): SealRow => ({
    act: acts.act(doing, stamp, {
      ...{ report: facts.id, chain: facts.id },
      release: before ? null : canonical(input.release as Json),
    }),
    card: {
      ...{ id: facts.id, key, version: facts.version, entity: facts.entity, kind: facts.kind },
      ...{ office: caller.office, author: caller.person, compartment },
      compartments: before?.compartments ?? [compartment],
      ...{ recordedAt: stamp.version, retractedAt: NEVER, facts: canonical(facts as Json) },
      ...{ object: given.object, signature: given.signature, keys },
    },
    notices: before ? [acts.notice(doing, stamp, noticeOf('CARD_CORRECTED', before, -1))] : [],
    supersedes: before ? [before.key] : [],
  })
  record.statements.set(cardSeal.name, cardSeal.digest)
  const change = changeOf(record, [facts.id])
  const done = await latch.alone(() => writer.write(cardSeal, key, [change], row)).catch(used)
  committed(record, change)
  disclosed(record, caller, reached)
  parts.resealWatch.changed(facts.id)
  await forget(parts, done.row.gone)
  return { report: null, ids: [], replayed: false }
}

/** @param lost the compartment whose members still see the card and need no notice; −1: everybody is told */
const noticeOf = (kind: NoticeKind, { id, compartments }: OwnCard, lost: number) => ({
  ...{ kind, report: id, compartments, lost },
})

const wrong = (field: string, message: string) => new Fault('BAD_INPUT', message, { path: ['input', field] })

function checkVersion(facts: CardFacts, before: OwnCard | undefined, office: string): void {
  const path = (field: string) => ({ path: ['input', 'facts', field] })
  if (facts.office !== office) throw new Fault('BAD_INPUT', 'expected your own office', path('office'))
  const next = (before?.version ?? 0) + 1
  if (facts.version !== next)
    throw new Fault('BAD_INPUT', `expected version ${next} of this card`, path('version'))
  if (before && (before.entity !== facts.entity || before.kind !== facts.kind))
    throw new Fault('BAD_INPUT', 'expected the entity and kind of the version before', path('entity'))
}

/** Moves the card to another release at once; what is sealed follows when its originator's client seals it again. */
async function moved(
  parts: DeskParts,
  request: DeskRequest,
  acts: Acts,
  doing: Doing,
  own: OwnCard,
  reach: Reach,
): Promise<string[]> {
  const { compartments, directory, latch, writer } = parts
  await checkEntity(parts, request, { entity: own.entity, kind: own.kind as CardFacts['kind'] }, reach)
  const compartment = await compartments.numberOf(reach)
  request.record.statements.set(cardRelease.name, cardRelease.digest)
  const change = changeOf(request.record, [own.id])
  await latch.alone(() =>
    writer.write(cardRelease, own.id, [change], (stamp) => ({
      act: acts.act(doing, stamp, { report: own.id, chain: own.id, release: canonical(reach as Json) }),
      notice: acts.notice(doing, stamp, noticeOf('CARD_NARROWED', own, compartment)),
      ...{ card: own.id, compartment, compartments: [...new Set([...own.compartments, compartment])] },
    })),
  )
  committed(request.record, change)
  parts.resealWatch.changed(own.id)
  const reached = officesReached(reach, directory)
  disclosed(request.record, request.caller, reached)
  const readers = await readersOf(parts, own)
  return readers.filter((office) => office !== request.caller.office && !reached.includes(office))
}

async function erased(
  parts: DeskParts,
  { record }: DeskRequest,
  acts: Acts,
  doing: Doing,
  own: OwnCard,
  reason: string,
): Promise<void> {
  record.statements.set(cardErase.name, cardErase.digest)
  const change = changeOf(record, [own.id])
  const { row } = await parts.latch.alone(() =>
    parts.writer.write(cardErase, own.id, [change], (stamp) => ({
      act: acts.act(doing, stamp, { report: own.id, chain: own.id, reason }),
      notice: acts.notice(doing, stamp, noticeOf('CARD_ERASED', own, -1)),
      card: own.id,
    })),
  )
  const gone = [...erasedOf('CARD', [own.id]), ...erasedOf('OBJECT', row.gone)]
  await erasureStands(parts.erasures, { record, change }, gone)
  await forget(parts, row.gone)
}

/** The graph forgets first. A crash before the blobs are gone leaves them to the sweep of the next start. */
async function forget({ exchange }: DeskParts, gone: string[]): Promise<void> {
  for (const object of gone) await exchange.eraseNote(object)
}
