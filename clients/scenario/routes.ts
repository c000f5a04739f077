import type { Fields } from './chart.ts'

/** One leg: from a place to a place. Fees are for one person, risks are harm facets, months 1–12. */
type Leg = { from: string; to: string; says: Fields }

const fee = (feeMin: number, feeMax: number, currency: string): Fields => ({
  feeMin,
  feeMax,
  currency,
  perPerson: true,
})
const hours = (hoursMin: number, hoursMax: number): Fields => ({ hoursMin, hoursMax })

const leg = (from: string, to: string, means: string[], ...says: Fields[]): Leg => ({
  from,
  to,
  says: Object.assign({ means, status: 'OPEN', lawful: false }, ...says) as Fields,
})

const CAR = ['TRN_02']
const TRUCK = ['TRN_03']
const BUS = ['TRN_04']
const INFLATABLE = ['TRN_05']
const WOODEN = ['TRN_06']

export const LEGS: Record<string, Leg> = {
  // Ordinary bus travel under ECOWAS free movement: no offence by itself.
  'Niamey-Agadez': leg('Niamey', 'Agadez', BUS, hours(18, 30), fee(15_000, 20_000, 'XOF'), { lawful: true }),
  'Bamako-Gao': leg('Bamako', 'Gao', BUS, hours(24, 48), fee(20_000, 25_000, 'XOF'), { lawful: true }),
  'Dakar-Bamako': leg('Dakar', 'Bamako', BUS, hours(30, 50), fee(25_000, 30_000, 'XOF'), { lawful: true }),
  'Gao-Niamey': leg('Gao', 'Niamey', BUS, hours(10, 18), fee(8_000, 12_000, 'XOF'), { lawful: true }),
  'Agadez-Arlit': leg('Agadez', 'Arlit', BUS, hours(4, 8), fee(3_000, 5_000, 'XOF'), { lawful: true }),

  // The fee for the whole way to Sabha is paid before the Monday convoy leaves; 30 to a pick-up.
  'Agadez-Dirkou': leg('Agadez', 'Dirkou', CAR, hours(30, 48), fee(80_000, 90_000, 'XOF'), {
    capacity: 30,
    risks: ['HRM_01', 'HRM_08'],
    months: [1, 2, 3, 4, 5, 6, 9, 10, 11, 12],
  }),
  'Dirkou-Seguedine': leg('Dirkou', 'Seguedine', CAR, hours(5, 9), { capacity: 30, risks: ['HRM_01'] }),
  'Seguedine-Madama': leg('Seguedine', 'Madama', CAR, hours(8, 14), { capacity: 30, risks: ['HRM_01'] }),
  'Madama-Sabha': leg('Madama', 'Sabha', CAR, hours(20, 40), { capacity: 30, risks: ['HRM_01', 'HRM_05'] }),

  // Since systematic controls on the main axis, mid-2016: farther from wells, faster, dearer, deadlier.
  'Agadez-Seguedine-west': leg('Agadez', 'Seguedine', CAR, hours(48, 96), fee(150_000, 250_000, 'XOF'), {
    capacity: 25,
    risks: ['HRM_01', 'HRM_02', 'HRM_07', 'HRM_08'],
  }),
  'Seguedine-Sabha-east': leg('Seguedine', 'Sabha', CAR, hours(40, 80), fee(100_000, 150_000, 'XOF'), {
    capacity: 25,
    risks: ['HRM_02', 'HRM_07', 'HRM_08'],
  }),
  'Arlit-Tamanrasset-piste': leg('Arlit', 'Tamanrasset', CAR, hours(24, 60), fee(70_000, 120_000, 'XOF'), {
    risks: ['HRM_02', 'HRM_08'],
  }),

  'Arlit-Assamaka': leg('Arlit', 'Assamaka', TRUCK, hours(8, 16), fee(15_000, 30_000, 'XOF'), {
    risks: ['HRM_01', 'HRM_02', 'HRM_07', 'HRM_08'],
    capacity: 60,
  }),
  'Assamaka-Tamanrasset': leg('Assamaka', 'Tamanrasset', CAR, hours(12, 24), fee(20_000, 40_000, 'XOF'), {
    risks: ['HRM_02', 'HRM_08'],
  }),
  'Gao-Kidal': leg('Gao', 'Kidal', TRUCK, hours(14, 30), fee(25_000, 40_000, 'XOF'), {
    risks: ['HRM_05', 'HRM_06'],
  }),
  'Kidal-Tamanrasset': leg('Kidal', 'Tamanrasset', TRUCK, hours(36, 72), fee(50_000, 80_000, 'XOF'), {
    risks: ['HRM_02', 'HRM_05', 'HRM_08'],
  }),

  'Sabha-Tripoli': leg('Sabha', 'Tripoli', TRUCK, hours(12, 30), fee(200, 400, 'LYD'), {
    risks: ['HRM_03', 'HRM_05'],
  }),
  'Tripoli-Zuwara': leg('Tripoli', 'Zuwara', ['TRN_03'], hours(2, 5)),
  'Tripoli-Sabratha': leg('Tripoli', 'Sabratha', ['TRN_03'], hours(1, 4)),
  'Zuwara-Lampedusa': leg('Zuwara', 'Lampedusa', WOODEN, hours(20, 48), fee(800, 1_500, 'USD'), {
    risks: ['HRM_01', 'HRM_07'],
    months: [4, 5, 6, 7, 8, 9, 10],
    capacity: 300,
  }),
  'Sabratha-Lampedusa': leg('Sabratha', 'Lampedusa', INFLATABLE, hours(12, 48), fee(500, 1_000, 'USD'), {
    risks: ['HRM_01', 'HRM_03', 'HRM_07'],
    capacity: 120,
  }),

  'Dakar-Nouadhibou': leg('Dakar', 'Nouadhibou', CAR, hours(14, 30), fee(30_000, 60_000, 'XOF')),
  'Nouadhibou-Las-Palmas': leg(
    'Nouadhibou',
    'LasPalmas',
    WOODEN,
    hours(72, 144),
    fee(300_000, 500_000, 'XOF'),
    {
      status: 'RESIDUAL',
      risks: ['HRM_07', 'HRM_08'],
      capacity: 80,
    },
  ),
}

type Route = { says: Fields; legs: string[] }

export const ROUTES: Record<string, Route> = {
  'Agadez-Sabha': {
    says: { status: 'OPEN' },
    legs: ['Agadez-Dirkou', 'Dirkou-Seguedine', 'Seguedine-Madama', 'Madama-Sabha'],
  },
  'Agadez-Sabha-bypass': {
    says: { status: 'OPEN' },
    legs: ['Agadez-Seguedine-west', 'Seguedine-Sabha-east'],
  },
  'Agadez-Tamanrasset': {
    says: { status: 'OPEN' },
    legs: ['Agadez-Arlit', 'Arlit-Assamaka', 'Assamaka-Tamanrasset'],
  },
  'Gao-Tamanrasset': { says: { status: 'OPEN' }, legs: ['Gao-Kidal', 'Kidal-Tamanrasset'] },
  'West-Africa-buses': {
    says: { status: 'OPEN' },
    legs: ['Dakar-Bamako', 'Bamako-Gao', 'Gao-Niamey', 'Niamey-Agadez'],
  },
  'Sabha-coast': { says: { status: 'OPEN' }, legs: ['Sabha-Tripoli', 'Tripoli-Zuwara'] },
  'Zuwara-sea': { says: { status: 'OPEN' }, legs: ['Zuwara-Lampedusa'] },
  'Sabratha-sea': { says: { status: 'OPEN' }, legs: ['Tripoli-Sabratha', 'Sabratha-Lampedusa'] },
  'Canary-sea': { says: { status: 'RESIDUAL' }, legs: ['Dakar-Nouadhibou', 'Nouadhibou-Las-Palmas'] },
}
