import { z } from 'zod'
import { CodeName } from './code-name.ts'
import { CODES, KINDS, type Kind } from './codes.ts'
import type { FaultCode } from './fault.ts'
import { isCountry, isCurrency, isDate, isImo, isLocode, isMmsi, isNationality } from './identifiers.ts'

/**
 * The claims model as data. Each claim kind names its entities and its own fields; the GraphQL inputs and outputs,
 * the validation and the stored properties are all made from this one table.
 */
export type Field =
  | { type: 'code'; list: keyof typeof CODES; required?: boolean }
  | { type: 'codes'; list: keyof typeof CODES; required?: boolean }
  | {
      type: 'name' | 'flag' | 'date' | 'country' | 'nationality' | 'currency' | 'locode' | 'imo' | 'mmsi'
      required?: boolean
    }
  | { type: 'int' | 'decimal'; min: number; max: number; required?: boolean }
  | { type: 'ints'; min: number; max: number; required?: boolean }
  | { type: 'nationalities'; required?: boolean }

export type Fields = Record<string, Field>
export type ClaimKind = keyof typeof DESCRIPTIONS | keyof typeof RELATIONS

const code = (list: keyof typeof CODES, required = false): Field => ({ type: 'code', list, required })
const codes = (list: keyof typeof CODES): Field => ({ type: 'codes', list })
const int = (min: number, max: number): Field => ({ type: 'int', min, max })
const name: Field = { type: 'name' }
const flag: Field = { type: 'flag' }
const people = int(0, 100_000)

/** Kind → the node label that the graph keeps. */
export const LABELS = {
  ACTOR: 'Actor',
  NETWORK: 'Network',
  PLACE: 'Place',
  ROUTE: 'Route',
  LEG: 'Leg',
  MODUS_OPERANDI: 'ModusOperandi',
  VEHICLE: 'Vehicle',
  INCIDENT: 'Incident',
  CRIME: 'Crime',
} as const satisfies Record<Kind, string>

/** Descriptions: what one report says of one entity. */
export const DESCRIPTIONS = {
  actor: {
    kind: 'ACTOR',
    fields: {
      label: name,
      category: code('SubjectCategory', true),
      benefit: code('Benefit', true),
      humanitarian: flag,
      migrant: flag,
      coerced: flag,
      minor: flag,
      age: code('AgeBand'),
      sex: code('Sex'),
      nationality: { type: 'nationality' },
    },
  },
  network: {
    kind: 'NETWORK',
    fields: { label: name, status: code('NetworkStatus'), sizeMin: people, sizeMax: people },
  },
  place: {
    kind: 'PLACE',
    fields: {
      label: name,
      type: code('PlaceType'),
      country: { type: 'country' },
      locode: { type: 'locode' },
      latitude: { type: 'decimal', min: -90, max: 90 },
      longitude: { type: 'decimal', min: -180, max: 180 },
      /** Radius of uncertainty in metres. */
      precision: int(0, 1_000_000),
    },
  },
  route: { kind: 'ROUTE', fields: { label: name, status: code('LegStatus') } },
  leg: {
    kind: 'LEG',
    fields: {
      label: name,
      status: code('LegStatus'),
      /** Ordinary lawful travel, such as a bus under ECOWAS free movement. */
      lawful: flag,
      means: codes('Means'),
      feeMin: { type: 'decimal', min: 0, max: 100_000_000 },
      feeMax: { type: 'decimal', min: 0, max: 100_000_000 },
      currency: { type: 'currency' },
      perPerson: flag,
      hoursMin: int(0, 10_000),
      hoursMax: int(0, 10_000),
      risks: codes('Harm'),
      months: { type: 'ints', min: 1, max: 12 },
      capacity: people,
    },
  },
  modusOperandi: { kind: 'MODUS_OPERANDI', fields: { label: name, facets: codes('Facet') } },
  vehicle: {
    kind: 'VEHICLE',
    fields: {
      label: name,
      type: code('VehicleType'),
      registeredIn: { type: 'country' },
      imo: { type: 'imo' },
      mmsi: { type: 'mmsi' },
      capacity: people,
    },
  },
  incident: {
    kind: 'INCIDENT',
    fields: {
      label: name,
      type: code('IncidentType', true),
      persons: people,
      dead: people,
      missing: people,
      injured: people,
      rescued: people,
      arrested: people,
      women: people,
      men: people,
      children: people,
      /** Of those carried, all together: no numbers, in no order, and never of one person who could be told by it. */
      nationalities: { type: 'nationalities' },
    },
  },
  crime: { kind: 'CRIME', fields: { label: name, code: code('LinkedCrime', true) } },
} as const satisfies Record<string, { kind: Kind; fields: Fields }>

/** Relations: what one report says of two entities. `from` and `to` list the kinds that may stand there. */
export const RELATIONS = {
  worksWith: { type: 'WORKS_WITH', from: ['ACTOR'], to: ['ACTOR'], fields: { tie: code('Tie') } },
  memberOf: {
    type: 'MEMBER_OF',
    from: ['ACTOR'],
    to: ['NETWORK'],
    fields: { level: code('Level', true), role: code('Role', true) },
  },
  uses: { type: 'USES', from: ['ACTOR', 'NETWORK'], to: ['MODUS_OPERANDI', 'VEHICLE'], fields: {} },
  operates: { type: 'OPERATES', from: ['NETWORK'], to: ['ROUTE', 'LEG'], fields: {} },
  hasLeg: { type: 'HAS_LEG', from: ['ROUTE'], to: ['LEG'], fields: { position: int(1, 100) } },
  departsFrom: { type: 'DEPARTS_FROM', from: ['LEG'], to: ['PLACE'], fields: {} },
  arrivesAt: { type: 'ARRIVES_AT', from: ['LEG'], to: ['PLACE'], fields: {} },
  linkedTo: {
    type: 'LINKED_TO',
    from: ['ACTOR', 'NETWORK', 'ROUTE', 'LEG', 'INCIDENT'],
    to: ['CRIME'],
    fields: { code: code('LinkedCrime', true), link: code('LinkType', true) },
  },
  sameAs: { type: 'SAME_AS', from: KINDS, to: KINDS, fields: {} },
  locatedAt: { type: 'LOCATED_AT', from: ['ACTOR', 'NETWORK', 'INCIDENT'], to: ['PLACE', 'LEG'], fields: {} },
  involvedIn: {
    type: 'INVOLVED_IN',
    from: ['ACTOR', 'NETWORK', 'VEHICLE', 'ROUTE', 'LEG'],
    to: ['INCIDENT'],
    fields: {},
  },
  succeeds: { type: 'SUCCEEDS', from: ['NETWORK'], to: ['NETWORK'], fields: {} },
} as const satisfies Record<
  string,
  { type: string; from: readonly Kind[]; to: readonly Kind[]; fields: Fields }
>

export type DescriptionKind = keyof typeof DESCRIPTIONS
export type RelationKind = keyof typeof RELATIONS
export const DESCRIPTION_KINDS = Object.keys(DESCRIPTIONS) as DescriptionKind[]
export const RELATION_KINDS = Object.keys(RELATIONS) as RelationKind[]
export const RELATION_TYPES = RELATION_KINDS.map((kind) => RELATIONS[kind].type)

const test = (check: (value: string) => string | null, what: string, fault: FaultCode = 'BAD_IDENTIFIER') =>
  z.string().refine((value) => check(value) === null, { error: `expected ${what}`, params: { fault } })

const Nationality = test(isNationality, 'a nationality: ISO 3166-1 alpha-2 or an ICAO code')

/** The zod shape of one field; its faults carry the fault code in the params. */
export function shapeOf(field: Field): z.ZodType {
  switch (field.type) {
    case 'code':
      return z.enum(CODES[field.list] as readonly [string, ...string[]])
    case 'codes':
      return z
        .array(z.enum(CODES[field.list] as readonly [string, ...string[]]))
        .max(200)
        .transform(sortedSet)
    case 'name':
      return CodeName
    case 'flag':
      return z.boolean()
    case 'int':
      return z.int().min(field.min).max(field.max)
    case 'decimal':
      return z.number().min(field.min).max(field.max)
    case 'ints':
      return z
        .array(z.int().min(field.min).max(field.max))
        .max(50)
        .transform((list) => [...new Set(list)].sort((a, b) => a - b))
    case 'date':
      return test(isDate, 'a date YYYY-MM-DD', 'BAD_DATE')
    case 'country':
      return test(isCountry, 'an ISO 3166-1 alpha-2 country')
    case 'nationality':
      return Nationality
    case 'nationalities':
      return z.array(Nationality).max(60).transform(sortedSet)
    case 'currency':
      return test(isCurrency, 'an ISO 4217 currency')
    case 'locode':
      return test(isLocode, 'a UN/LOCODE')
    case 'imo':
      return test(isImo, 'an IMO number with a correct check digit')
    case 'mmsi':
      return test(isMmsi, 'an MMSI of nine digits')
  }
}

function sortedSet(list: string[]): string[] {
  return [...new Set(list)].sort()
}

/** The zod shape of all own fields of a claim kind. */
export function shapeOfFields(fields: Fields): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      field.required ? shapeOf(field) : shapeOf(field).nullish(),
    ]),
  )
}
