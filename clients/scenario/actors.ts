import type { Level, Role } from '../../schema/wire/codes.ts'
import type { Fields } from './chart.ts'

/** An actor as the office that knows him best assesses him: what he does, in which networks. */
export type ActorRow = { role: Role; level: Level; networks: string[]; says: Fields }

const suspect = (nationality?: string): Fields => ({
  category: 'SUSPECT',
  benefit: 'SHOWN',
  age: 'ADULT',
  ...(nationality && { nationality }),
})
const unproven = (nationality?: string): Fields => ({
  ...suspect(nationality),
  category: 'CONTACT',
  benefit: 'UNKNOWN',
})

/** Code names only: desert things, sea things, plants. Nobody real is meant. */
type Row = [role: Role, level: Level, says: Fields, ...alsoIn: string[]]

const GROUPS: Record<string, Record<string, Row>> = {
  'Agadez-transport-1': {
    Fennec: ['GHETTO_BOSS', 'L3', suspect('NE')],
    Addax: ['R20', 'L2', suspect('NE'), 'Agadez-transport-2'],
    Oryx: ['R22', 'L2', suspect('NE')],
    Natron: ['VEHICLE_OWNER', 'L2', suspect('NE')],
    Sirocco: ['R26', 'L2', suspect(), 'Agadez-transport-2'],
    Acacia: ['COXEUR', 'L1', suspect('NE')],
    Baobab: ['COXEUR', 'L1', suspect('NG')],
    Calao: ['COXEUR', 'L1', unproven()],
    Dattier: ['R06', 'L1', suspect('NE')],
    Erg: ['R01', 'L1', suspect('NE'), 'Agadez-transport-2'],
    Gazelle: ['R01', 'L1', suspect('NE'), 'Agadez-transport-2'],
    Hamada: ['R01', 'L1', suspect('NE')],
    Reg: ['R01', 'L1', suspect('LY')],
    Guelta: ['R04', 'L1', unproven()],
    Kanem: ['R50', 'LX', unproven('NE')],
  },
  'Agadez-transport-2': {
    Harmattan: ['GHETTO_BOSS', 'L3', suspect('NE')],
    Mirage: ['R20', 'L2', suspect()],
    Boussole: ['FIXER', 'L2', suspect('NE')],
    Tamaris: ['VEHICLE_OWNER', 'L2', suspect('LY')],
    Ocre: ['VEHICLE_OWNER', 'L2', suspect('NE')],
    Oasis: ['R23', 'L2', suspect('NE')],
    Indigo: ['COXEUR', 'L1', suspect('NE')],
    Karite: ['COXEUR', 'L1', suspect('BF')],
    Simoun: ['R01', 'L1', suspect('NE')],
    Vipere: ['R01', 'L1', suspect('TD')],
    Zephyr: ['R01', 'L1', suspect('NE')],
    Caracal: ['R29', 'L2', suspect()],
    // He recruits to pay for his own way on: an actor for that, never for having been smuggled.
    Antilope: ['R05', 'L1', { ...suspect('GM'), migrant: true }],
  },
  'Gao-Kidal-1': {
    Meharee: ['R40', 'L3', suspect('ML')],
    Nicot: ['R43', 'L3', suspect('DZ')],
    Gandoura: ['R22', 'L2', suspect('ML')],
    Cheche: ['R28', 'L2', unproven('ML')],
    Chacal: ['R29', 'L2', suspect()],
    Cobra: ['R01', 'L1', suspect('ML')],
    Scorpion: ['R01', 'L1', suspect('ML')],
    Lezard: ['R01', 'L1', suspect('DZ')],
    Dune: ['COXEUR', 'L1', suspect('ML')],
    Outarde: ['R06', 'L1', suspect('ML')],
    Puits: ['R02', 'L1', unproven('ML')],
  },
  'Tamanrasset-1': {
    Hoggar: ['R20', 'L2', suspect('DZ')],
    Assekrem: ['R01', 'L1', suspect('DZ')],
    Tassili: ['R06', 'L1', unproven('DZ')],
    Cedre: ['R51', 'L2', unproven('DZ')],
  },
  'Zuwara-sea-1': {
    Barracuda: ['R40', 'L3', suspect('LY'), 'Sabratha-sea-1'],
    Murene: ['R20', 'L2', suspect('LY'), 'Sabratha-sea-1'],
    Merou: ['R21', 'L2', suspect('ER')],
    Rascasse: ['R26', 'L2', suspect(), 'Sabratha-sea-1'],
    Albatros: ['R27', 'L2', suspect('LY')],
    Thon: ['R09', 'L1', suspect('LY')],
    Requin: ['R29', 'L2', suspect('LY'), 'Sabratha-sea-1'],
    Corail: ['R06', 'L1', suspect()],
    Anchois: ['R07', 'L1', { ...suspect('SD'), migrant: true }],
    Mouette: ['R04', 'L1', unproven('LY')],
    Sardine: [
      'R03',
      'L1',
      { category: 'OTHER', benefit: 'UNKNOWN', migrant: true, coerced: true, age: 'ADULT' },
    ],
  },
  'Sabratha-sea-1': {
    // Seventeen, made to steer at gunpoint. Protected: no export carries him, nobody calls him a suspect.
    Mousse: [
      'R03',
      'LX',
      {
        category: 'OTHER',
        benefit: 'NONE',
        migrant: true,
        coerced: true,
        minor: true,
        age: 'CHILD',
        sex: 'MALE',
      },
    ],
  },
  'Palermo-cell-1': {
    Papavero: ['R23', 'L2', suspect('ER')],
    Ulivo: ['R25', 'L2', suspect()],
    Ginestra: ['R07', 'L1', suspect()],
    Cappero: ['R30', 'L2', unproven()],
  },
  'Canary-residual': {
    Filao: ['R21', 'L2', suspect('SN')],
    Cormoran: ['R03', 'L1', suspect('SN')],
    Niebe: ['R09', 'L1', suspect('MR')],
    Pelican: ['R40', 'L3', suspect('SN')],
  },
}

/** Two who belong to no one group: the forger works for two networks; the helper for none, and for nothing. */
const ALONE: Record<string, ActorRow> = {
  Encre: { role: 'R24', level: 'L2', networks: ['Agadez-transport-2', 'Zuwara-sea-1'], says: suspect('NG') },
  Jujube: {
    role: 'R06',
    level: 'LX',
    networks: [],
    says: { category: 'OTHER', benefit: 'NONE', humanitarian: true, age: 'ADULT' },
  },
}

export const ACTORS: Record<string, ActorRow> = {
  ...Object.fromEntries(
    Object.entries(GROUPS).flatMap(([network, rows]) =>
      Object.entries(rows).map(([name, [role, level, says, ...alsoIn]]) => [
        name,
        { role, level, says, networks: [network, ...alsoIn] },
      ]),
    ),
  ),
  ...ALONE,
}
