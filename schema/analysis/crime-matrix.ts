import type { NodeRow } from '../../cypher/claim.ts'
import { builder } from '../builder.ts'
import { Node, Relation } from '../claim.ts'
import { code } from '../codes.ts'
import type { LinkedCrime, LinkType } from '../wire/codes.ts'
import { type EvidenceRelation, relationsShown } from './evidence.ts'
import { type EvidenceCount, EvidenceCountType } from './evidence-count.ts'

export type LinkCell = {
  crime: LinkedCrime
  links: LinkType[]
  evidence: EvidenceCount
  claims: EvidenceRelation[]
}
export type MatrixRow = { thing: NodeRow; cells: LinkCell[] }
export type ReturnLeg = { leg: NodeRow; back: NodeRow; cells: LinkCell[] }
export type CrimeMatrixResult = {
  kind: 'crimeMatrix'
  rows: MatrixRow[]
  unlisted: number
  returns: ReturnLeg[]
  returnsUnlisted: number
  elsewhere: number | null
}

const Cell = builder.objectRef<LinkCell>('LinkCell').implement({
  description: 'What claims say of one thing and one other crime. Sharing a route is no evidence of it.',
  fields: (t) => ({
    crime: t.field({ type: code('LinkedCrime'), resolve: ({ crime }) => crime }),
    links: t.field({
      type: [code('LinkType')],
      description: 'Of which kinds the link is said to be.',
      resolve: ({ links }) => links,
    }),
    evidence: t.field({ type: EvidenceCountType, resolve: ({ evidence }) => evidence }),
    claims: t.field({
      type: [Relation],
      description: 'The best graded of them.',
      resolve: ({ claims }) => relationsShown(claims),
    }),
  }),
})

const Row = builder.objectRef<MatrixRow>('CrimeMatrixRow').implement({
  fields: (t) => ({
    thing: t.field({ type: Node, description: 'A network, route or leg.', resolve: ({ thing }) => thing }),
    cells: t.field({ type: [Cell], resolve: ({ cells }) => cells }),
  }),
})

const Return = builder.objectRef<ReturnLeg>('ReturnLeg').implement({
  description:
    'A leg, and one that leads back between the same places to which other crimes are linked. It says nothing of who drove here.',
  fields: (t) => ({
    leg: t.field({ type: Node, resolve: ({ leg }) => leg }),
    back: t.field({ type: Node, resolve: ({ back }) => back }),
    cells: t.field({
      type: [Cell],
      description: 'Of the one that leads back.',
      resolve: ({ cells }) => cells,
    }),
  }),
})

export const CrimeMatrixResultType = builder.objectRef<CrimeMatrixResult>('CrimeMatrixResult').implement({
  description:
    'Networks, routes and legs by linked crime. Nothing is summed over crimes: smuggling and trafficking are different offences.',
  fields: (t) => ({
    rows: t.field({ type: [Row], description: 'By kind and code name.', resolve: ({ rows }) => rows }),
    unlisted: t.exposeInt('unlisted', { description: 'Things with a link that are not listed.' }),
    returns: t.field({
      type: [Return],
      description: 'Cargo of legs that lead back.',
      resolve: ({ returns }) => returns,
    }),
    returnsUnlisted: t.exposeInt('returnsUnlisted'),
    elsewhere: t.exposeInt('elsewhere', {
      nullable: true,
      description:
        'Claims that link an incident or an actor: no person has a row here. Null where things were named.',
    }),
  }),
})

export const CrimeMatrixInput = builder.inputType('CrimeMatrixInput', {
  fields: (t) => ({
    things: t.idList({ description: 'Networks, routes and legs; without any, all that have a link.' }),
    most: t.int({ description: 'Rows to list, 1 to 100; 50 if not given.' }),
    claims: t.int({ description: 'Claims to open for each cell, 0 to 50; 5 if not given.' }),
  }),
})
