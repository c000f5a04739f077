import { entityVisible } from '../../cypher/entity/entity.ts'
import { matchJoined, matchProposals, matchPropose } from '../../cypher/match/match.ts'
import { reportSubmit } from '../../cypher/report/write.ts'
import type { MatchDesk, SameInput, ShownHit } from '../../schema/context.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import type { Kind, OfficeRole } from '../../schema/wire/codes.ts'
import { Fault, faultOf } from '../../schema/wire/fault.ts'
import { reachOf } from '../../schema/wire/release.ts'
import { type CheckedReport, checkReport } from '../../schema/wire/report.ts'
import { disclosed } from '../ask.ts'
import { ownCard } from '../exchange/cards.ts'
import { Collision } from '../graph.ts'
import { changeOf, committed } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import { actsFor, type DeskParts, type DeskRequest } from '../report/acts.ts'
import { submitRow } from '../report/rows.ts'
import { checkRelease } from '../report/transfer.ts'
import type { Versions } from '../versions.ts'
import { type Matching, unbarred } from './batch.ts'
import { ownHit } from './hits.ts'
import { sideKey } from './sides.ts'
import { checkUnprotected } from './tokens.ts'

export type SamenessParts = DeskParts & { matching: Pick<Matching, 'tell'>; versions: Versions }

/** What one office proposes, as it waits at its side of the hit. */
type Proposal = { person: string; role: OfficeRole; kind: Kind; input: SameInput }
type Side = Proposal & { office: string; card: string }

const READ_MS = 30_000

/**
 * Two offices that know each other of a hit may both say that they mean the same. Each refers to an entity that it does not
 * see; that both consented is the only ground for it.
 */
export function samenessDesk(parts: SamenessParts, request: DeskRequest): Pick<MatchDesk, 'propose'> {
  const { compartments, graph, matching, queues } = parts
  const { caller, record } = request
  return {
    propose(id, input) {
      scopeFor(reportSubmit, caller, compartments, 0)
      // Both sides of a hit go by one id, so they come one after the other.
      return queues.inTurn(`hit ${id}`, async () => {
        const hit = await ownHit(request, id)
        if (hit.same) return hit
        const own = await proposalOf(parts, request, hit, input)
        const { office: _o, card: _c, ...kept } = own
        record.statements.set(matchPropose.name, matchPropose.digest)
        const change = changeOf(record, [id])
        const row = { key: sideKey(id, caller.office), proposal: canonical(kept as Json) }
        await graph.write(matchPropose, { rows: [row] }, READ_MS, [change])
        committed(record, change)
        const theirs = await theirProposal(parts, id, caller.office)
        if (theirs) await join(parts, request, id, own, theirs)
        void matching.tell()
        return ownHit(request, id)
      })
    },
  }
}

async function theirProposal({ graph }: DeskParts, id: string, own: string): Promise<Side | null> {
  const rows = await graph.read(matchProposals, { id }, READ_MS)
  const found = rows.find(({ office }) => office !== own)
  if (!found) return null
  const { office, card, proposal } = found
  return { ...(JSON.parse(proposal) as Proposal), office, card }
}

/** What the caller proposes. Throws whatever keeps it from becoming a report, before the other is told of anything. */
async function proposalOf(
  parts: DeskParts,
  request: DeskRequest,
  hit: ShownHit,
  given: SameInput,
): Promise<Side> {
  const { caller, ask } = request
  const { card, announced, office, refused, theirRefusal } = hit
  if (!card || !announced || !office || refused || theirRefusal)
    throw new Fault('NOT_ALLOWED', 'expected a hit of two cards whose offices both announced themselves', {
      path: ['id'],
    })
  const { entity } = await ownCard(request, card)
  if (entity !== given.entity)
    throw new Fault('BAD_REFERENCE', 'expected the entity of your own card', { path: ['input', 'entity'] })
  await checkUnprotected(request, entity)
  const [seen] = await ask(entityVisible, { ids: [entity] })
  const kind = seen!.labels
  const theirs = await theirProposal(parts, hit.id, caller.office)
  if (theirs && theirs.kind !== kind)
    throw new Fault('BAD_REFERENCE', `expected an entity of kind ${theirs.kind}, as the other proposes`, {
      path: ['input', 'entity'],
    })
  const { person, role } = caller
  const { purpose, legalBasis, reviewDue, grading, transfers } = given
  const input = {
    ...{ entity, purpose, legalBasis, reviewDue, grading: { ...grading } },
    transfers: (transfers ?? []).map((one) => ({ ...one })),
  }
  const own = { person, role, kind, input, office: caller.office, card }
  // The other's entity is not known yet, and changes nothing of what is judged.
  const faults = judged(parts, hit.id, caller, own, { office, entity: NOBODY }).faults
  if (faults.length > 0) throw faultOf(faults)
  return own
}

const NOBODY = '0'.repeat(26)

/** The report of one side, about both entities and for both offices. */
function judged(
  { directory }: DeskParts,
  hit: string,
  caller: Caller,
  { kind, input }: Side,
  other: { office: string; entity: string },
) {
  const { entity, grading, transfers, ...head } = input
  const { faults, report } = checkReport({
    ...{ ...head, key: `same.${hit}`, release: { to: [`office:${other.office}`], transfers } },
    defaults: { ...grading, basis: 'ASSESSMENT' },
    entities: [
      { local: 'ours', kind, id: entity },
      { local: 'theirs', kind, id: other.entity },
    ],
    claims: [{ sameAs: { from: 'ours', to: 'theirs' } }],
  })
  const gate = report ? checkRelease(report.release, caller, directory) : []
  return { report, faults: [...faults, ...gate] }
}

/**
 * Writes both reports, where both may still be written: the other's officer is one, his ground holds, and neither entity is known
 * to be protected. Otherwise both proposals wait. What a crash leaves of it is written when either proposes again.
 */
async function join(
  parts: SamenessParts,
  request: DeskRequest,
  id: string,
  own: Side,
  theirs: Side,
): Promise<void> {
  const { directory, graph } = parts
  const { caller, record } = request
  const them = directory.caller(theirs.person, theirs.office, theirs.role, '')
  const cards = [own, theirs].map(({ card, office, input }) => ({ card, office, entity: input.entity }))
  if (!them || (await unbarred(parts, cards)).size < 2) return
  const ofThem = judged(parts, id, them, theirs, { office: own.office, entity: own.input.entity })
  const ofUs = judged(parts, id, caller, own, { office: theirs.office, entity: theirs.input.entity })
  if (!ofThem.report || ofThem.faults.length > 0 || !ofUs.report) return
  const reports = [
    { key: sideKey(id, theirs.office), report: await written(parts, request, them, ofThem.report) },
    { key: sideKey(id, own.office), report: await written(parts, request, caller, ofUs.report) },
  ]
  record.statements.set(matchJoined.name, matchJoined.digest)
  const change = changeOf(record, [id])
  await graph.write(matchJoined, { rows: reports }, READ_MS, [change])
  committed(record, change)
  disclosed(record, caller, [theirs.office])
}

/** Writes the report of one of the two, as if he sent it; its id. Written already, it stands. */
async function written(
  parts: DeskParts,
  { ask, record }: DeskRequest,
  caller: Caller,
  checked: CheckedReport,
): Promise<string> {
  const { compartments, ids, writer } = parts
  const acts = actsFor(parts, { caller, ask, record })
  const id = acts.mine('report', checked.key)
  const entities = new Map(checked.entities.map((one) => [one.local, { id: one.id!, kind: one.kind }]))
  const named = [...entities].map(([local, one]) => ({ local, id: one.id }))
  const compartment = await compartments.numberOf(reachOf(checked.release, caller))
  const place = { id, chain: id, corrects: null, compartment, compartments: [compartment] }
  const digest = sha256(canonical({ kind: 'SAME', body: checked as unknown as Json })).toString('hex')
  const release = JSON.stringify(checked.release)
  const what = { report: id, chain: id, release, ids: JSON.stringify(named) }
  record.statements.set(reportSubmit.name, reportSubmit.digest)
  const change = changeOf(record, [id])
  await writer
    .write(reportSubmit, id, [change], (stamp) => ({
      ...submitRow(ids, { caller, checked, entities, author: caller.person, noteKeys: [], ...place }, stamp),
      act: acts.act({ kind: 'SUBMIT', key: checked.key, digest }, stamp, what),
      ...{ notices: [], retracts: [] },
    }))
    .catch((error) => {
      if (!(error instanceof Collision)) throw error
    })
  committed(record, change)
  return id
}
