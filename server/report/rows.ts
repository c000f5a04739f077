import { NEVER, type SubmitRow } from '../../cypher/report/write.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { INFORMATIONS, type Kind, SOURCES } from '../../schema/wire/codes.ts'
import { DESCRIPTIONS, LABELS, RELATIONS } from '../../schema/wire/model.ts'
import type { CheckedReport, Common, Description, Relation } from '../../schema/wire/report.ts'
import type { Ids } from '../ids.ts'
import type { Stamp } from '../writer.ts'

/** Ranks after every graded claim: a bare mention names nothing. */
const BARE = 99

export type Resolved = {
  caller: Caller
  checked: CheckedReport
  /** The report's id, and the id of its first version: equal unless this is a correction. */
  id: string
  chain: string
  corrects: string | null
  compartment: number
  compartments: number[]
  /** Local name → id, for new entities and references alike. */
  entities: Map<string, { id: string; kind: Kind }>
  author: string
  /** Key ids of the packets of its sealed note, as the gate found them. */
  noteKeys: string[]
}

/** The rows that one report becomes, at its version. Pure: `Build` replays what this made. */
export function submitRow(
  ids: Ids,
  one: Resolved,
  stamp: Stamp,
): Omit<SubmitRow, 'act' | 'notices' | 'retracts'> {
  const { checked, caller } = one
  const visibility = { compartment: one.compartment, recordedAt: stamp.version, retractedAt: NEVER }
  const origin = { report: one.id, office: caller.office }
  const claimId = (path: string) => ids.id('claim', caller.office, caller.person, checked.key, path)
  const claimOf = (claim: Description | Relation) => ({
    ...visibility,
    ...origin,
    claim: claimId(claim.path.join('.')),
    ...gradingOf(claim.common),
    ...claim.own,
  })
  const descriptionOf = (said: Description, entity: string) => ({
    ...claimOf(said),
    entity,
    of: DESCRIPTIONS[said.claim].kind,
    rank: rankOf(said.common),
  })
  const mention = (local: string, kind: Kind, entity: string) => ({
    ...visibility,
    ...origin,
    claim: claimId(`mention.${local}`),
    entity,
    of: kind,
    rank: BARE,
    bare: true,
  })
  return {
    report: reportProps(one, stamp),
    entities: [...one.entities].map(([local, { id, kind }]) => {
      const said = checked.descriptions
        .filter((description) => description.entity === local)
        .map((description) => descriptionOf(description, id))
      return { id, label: LABELS[kind], said: said.length > 0 ? said : [mention(local, kind, id)] }
    }),
    relations: checked.relations.map((relation) => ({
      type: RELATIONS[relation.claim].type,
      from: one.entities.get(relation.from)!.id,
      to: one.entities.get(relation.to)!.id,
      props: claimOf(relation),
    })),
  }
}

/** 0 for A1 up to 15 for X4: the better graded description names an entity. */
function rankOf(common: Common): number {
  return SOURCES.indexOf(common.source) * 4 + INFORMATIONS.indexOf(common.information)
}

function gradingOf({ observedFrom, observedTo, ...rest }: Common): Record<string, unknown> {
  return { ...rest, ...(observedFrom && { observedFrom }), ...(observedTo && { observedTo }) }
}

function reportProps(one: Resolved, stamp: Stamp): Record<string, unknown> {
  const { checked, caller } = one
  return {
    id: one.id,
    chain: one.chain,
    office: caller.office,
    author: one.author,
    compartment: one.compartment,
    compartments: one.compartments,
    recordedAt: stamp.version,
    recordedTime: stamp.time,
    retractedAt: NEVER,
    purpose: checked.purpose,
    legalBasis: checked.legalBasis,
    reviewDue: checked.reviewDue,
    ...(checked.reference && { reference: checked.reference }),
    ...(one.corrects && { corrects: one.corrects }),
    ...(checked.note && { note: JSON.stringify(checked.note.facts), noteObject: checked.note.facts.id }),
    ...(checked.note && { noteSignature: checked.note.signature, noteKeys: one.noteKeys }),
  }
}
