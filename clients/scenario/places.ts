import type { Fields } from './chart.ts'

type Row = [
  label: string,
  type: 'CITY' | 'TOWN' | 'BORDER_POST' | 'CHECKPOINT' | 'PORT' | 'ISLAND',
  country: string,
  latitude: number,
  longitude: number,
  precision: number,
  locode?: string,
]

/** Real places, WGS 84 in degrees; the precision is a radius in metres. */
const ROWS: Record<string, Row> = {
  Bamako: ['Bamako', 'CITY', 'ML', 12.6392, -8.0029, 10_000, 'MLBKO'],
  Gao: ['Gao', 'CITY', 'ML', 16.2717, -0.0447, 5_000],
  Kidal: ['Kidal', 'TOWN', 'ML', 18.4411, 1.4078, 3_000],
  Tamanrasset: ['Tamanrasset', 'CITY', 'DZ', 22.785, 5.5228, 5_000],
  Niamey: ['Niamey', 'CITY', 'NE', 13.5127, 2.1126, 10_000, 'NENIM'],
  Agadez: ['Agadez', 'CITY', 'NE', 16.9742, 7.991, 5_000],
  Arlit: ['Arlit', 'TOWN', 'NE', 18.7369, 7.3853, 3_000],
  Assamaka: ['Assamaka', 'BORDER_POST', 'NE', 19.34, 5.77, 3_000],
  Dirkou: ['Dirkou', 'TOWN', 'NE', 19.0, 12.89, 3_000],
  Seguedine: ['Séguédine', 'CHECKPOINT', 'NE', 20.2, 12.98, 3_000],
  Madama: ['Madama', 'BORDER_POST', 'NE', 21.95, 13.65, 3_000],
  Sabha: ['Sabha', 'CITY', 'LY', 27.0377, 14.4283, 8_000],
  Tripoli: ['Tripoli', 'CITY', 'LY', 32.8872, 13.1913, 10_000, 'LYTIP'],
  Zuwara: ['Zuwara', 'PORT', 'LY', 32.9312, 12.082, 3_000],
  Sabratha: ['Sabratha', 'TOWN', 'LY', 32.7933, 12.4885, 4_000],
  Lampedusa: ['Lampedusa', 'ISLAND', 'IT', 35.5019, 12.6093, 3_000],
  Palermo: ['Palermo', 'PORT', 'IT', 38.1157, 13.3615, 5_000, 'ITPMO'],
  Dakar: ['Dakar', 'CITY', 'SN', 14.6928, -17.4467, 10_000, 'SNDKR'],
  Nouadhibou: ['Nouadhibou', 'PORT', 'MR', 20.931, -17.0347, 5_000, 'MRNDB'],
  LasPalmas: ['Las-Palmas', 'PORT', 'ES', 28.1235, -15.4363, 5_000, 'ESLPA'],
}

export const PLACES: Record<string, Fields> = Object.fromEntries(
  Object.entries(ROWS).map(([name, [label, type, country, latitude, longitude, precision, locode]]) => [
    name,
    { label, type, country, latitude, longitude, precision, ...(locode && { locode }) },
  ]),
)
