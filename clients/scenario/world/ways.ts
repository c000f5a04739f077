import type { Means } from '../../../schema/wire/codes.ts'

/** What one person pays for a leg, whole units, as the payment table has it: UNODC, IOM, Europol (the note's §2). */
export type Fee = { least: number; most: number; currency: 'USD' | 'EUR' }
export type WayLeg = { means: Means[]; fee?: Fee; sea?: boolean }
/** A kind of way: one stage at each stop, in one of its countries, and the nationalities of those who work it and of those carried. */
export type Way = {
  name: string
  stops: string[][]
  legs: WayLeg[]
  nationalities: [nationality: string, weight: number][]
}

/** The share of each nationality of a way. */
export function mixOf({ nationalities }: Way): Record<string, number> {
  const sum = nationalities.reduce((all, [, weight]) => all + weight, 0)
  return Object.fromEntries(nationalities.map(([nationality, weight]) => [nationality, weight / sum]))
}

const usd = (least: number, most: number): Fee => ({ least, most, currency: 'USD' })
const eur = (least: number, most: number): Fee => ({ least, most, currency: 'EUR' })

export const TO_AGADEZ = usd(90, 345)
export const CENTRAL_SEA = usd(2_000, 5_000)
export const GREEK_ISLANDS = usd(1_000, 8_000)
export const PAKISTAN_LAND = usd(3_000, 8_000)
export const AFGHANISTAN_LAND = usd(10_000, 10_000)
export const AFGHANISTAN_AIR = usd(10_000, 15_000)
export const CHANNEL = eur(1_000, 3_500)
export const VIETNAM_PACKAGE = eur(18_000, 35_000)
export const LISBON_PARIS = eur(250, 250)

const ON_FOOT: WayLeg = { means: ['TRN_01'] }
const CAR: WayLeg = { means: ['TRN_02'] }
const VAN: WayLeg = { means: ['TRN_03'] }

/** Legs that the table does not price have no fee. */
export const WAYS: Way[] = [
  {
    name: 'CENTRAL',
    stops: [['ML', 'SN', 'GN', 'NG'], ['NE'], ['LY', 'TN'], ['IT'], ['FR', 'DE']],
    legs: [
      { means: ['TRN_02', 'TRN_04'], fee: TO_AGADEZ },
      { means: ['TRN_02', 'TRN_03'] },
      { means: ['TRN_05', 'TRN_06'], fee: CENTRAL_SEA, sea: true },
      VAN,
    ],
    nationalities: [
      ['NG', 30],
      ['ER', 20],
      ['SD', 20],
      ['GN', 10],
      ['ML', 10],
      ['NE', 10],
    ],
  },
  {
    name: 'WEST',
    stops: [['SN', 'GM'], ['MR', 'MA'], ['ES'], ['FR']],
    legs: [CAR, { means: ['TRN_05', 'TRN_06'], sea: true }, VAN],
    nationalities: [
      ['MA', 60],
      ['DZ', 20],
      ['MR', 10],
      ['SN', 10],
    ],
  },
  {
    name: 'EAST',
    stops: [['IQ', 'IR'], ['TR'], ['GR'], ['DE', 'AT']],
    legs: [ON_FOOT, { means: ['TRN_05', 'TRN_07'], fee: GREEK_ISLANDS, sea: true }, VAN],
    nationalities: [
      ['SY', 40],
      ['IQ', 25],
      ['TR', 20],
      ['GR', 15],
    ],
  },
  {
    name: 'PAKISTAN',
    stops: [['PK'], ['DE', 'AT'], ['FR', 'BE'], ['GB']],
    legs: [
      { means: ['TRN_01', 'TRN_03'], fee: PAKISTAN_LAND },
      VAN,
      { means: ['TRN_05'], fee: CHANNEL, sea: true },
    ],
    nationalities: [
      ['PK', 60],
      ['BD', 20],
      ['IN', 20],
    ],
  },
  {
    name: 'AFGHAN-LAND',
    stops: [['AF'], ['HU', 'AT'], ['DE', 'SE']],
    legs: [{ means: ['TRN_01', 'TRN_03'], fee: AFGHANISTAN_LAND }, CAR],
    nationalities: [
      ['AF', 70],
      ['IR', 20],
      ['HU', 10],
    ],
  },
  {
    name: 'AFGHAN-AIR',
    stops: [['AF'], ['NL', 'DE'], ['SE', 'BE']],
    legs: [{ means: ['TRN_09'], fee: AFGHANISTAN_AIR }, CAR],
    nationalities: [
      ['AF', 50],
      ['NL', 30],
      ['AE', 20],
    ],
  },
  {
    name: 'VIETNAM',
    stops: [['VN'], ['PL', 'BE'], ['GB']],
    legs: [{ means: ['TRN_09', 'TRN_03'], fee: VIETNAM_PACKAGE }, VAN],
    nationalities: [
      ['VN', 80],
      ['PL', 20],
    ],
  },
  {
    name: 'LUSO',
    stops: [['GW', 'SN'], ['PT'], ['FR']],
    legs: [{ means: ['TRN_09'] }, { means: ['TRN_04'], fee: LISBON_PARIS }],
    nationalities: [
      ['GW', 50],
      ['BR', 30],
      ['PT', 20],
    ],
  },
]

/** About the middle of each country on a way, whole degrees north and east: hubs are invented, and lie near it. */
export const MIDDLES: Record<string, [latitude: number, longitude: number]> = {
  ...{ ML: [15, -4], SN: [14, -15], GN: [10, -11], NG: [9, 8], NE: [17, 8], LY: [27, 15], TN: [34, 9] },
  ...{ IT: [43, 12], FR: [47, 2], DE: [51, 10], GM: [13, -16], MR: [20, -11], MA: [32, -6], ES: [40, -4] },
  ...{ IQ: [33, 44], IR: [33, 54], TR: [39, 35], GR: [39, 22], AT: [47, 14], PK: [30, 70], BE: [51, 5] },
  ...{ GB: [53, -2], AF: [34, 66], HU: [47, 20], SE: [60, 15], NL: [52, 6], VN: [16, 108], PL: [52, 19] },
  ...{ GW: [12, -15], PT: [40, -8] },
}
