import {
  assessed,
  at,
  charts,
  graded,
  handled,
  involved,
  linked,
  member,
  says,
  sensitive,
  works,
} from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// 2014: the first Agadez network is taken apart. Niger reports.

const agadez = desk('ne-dst-agadez.rabi')
const niamey = desk('ne-dst.aicha')
const analyst = desk('ne-dst.ibrahim')
const bench = desk('ne-pole.halima')

export const DISMANTLED: Step[] = [
  analyst.submit(
    '2014-01-20',
    'fennec-command',
    'B2',
    to('country:NE', 'country:IT', 'country:FR'),
    [
      works('Fennec', 'Natron', 'FINANCE'),
      works('Oryx', 'Sirocco', 'FINANCE'),
      assessed(member('Fennec', 'Agadez-transport-1', 'L2', 'GHETTO_BOSS')),
    ],
    { fact: false },
  ),
  // Corrected upwards after the first hearings.
  analyst.correct(
    '2014-03-10',
    'fennec-command',
    'A2',
    [
      works('Fennec', 'Natron', 'FINANCE'),
      works('Oryx', 'Sirocco', 'FINANCE'),
      member('Fennec', 'Agadez-transport-1', 'L3', 'GHETTO_BOSS'),
    ],
    { fact: false },
  ),
  agadez.submit(
    '2014-03-24',
    'informant-route',
    'C4',
    to('office:ne-dst'),
    [works('Oryx', 'Kanem', 'PROTECTION')],
    { handling: ['H2'], sensitivity: 'S3_HIGH', fact: false },
  ),
  agadez.withdraw('2014-05-19', 'informant-route', 'SOURCE_DISCREDITED'),
  agadez.submit(
    '2014-06-16',
    'ghetto-raid-2014',
    'A1',
    everyone,
    [
      charts('Ghetto-raid-2014'),
      at('Ghetto-raid-2014', 'Agadez'),
      involved('Ghetto-raid-2014', 'Fennec', 'Oryx', 'Agadez-transport-1'),
    ],
    { evidence: 'ON_REQUEST' },
  ),
  agadez.submit(
    '2014-06-18',
    'ghetto-raid-arrested',
    'A1',
    to('country:NE', 'country:FR', 'country:IT'),
    [
      involved('Ghetto-raid-2014', 'Acacia', 'Hamada', 'Natron', 'Pickup-02'),
      says('Fennec', { category: 'SUSPECT' }),
    ],
    { handling: ['H1'] },
  ),
  niamey.submit(
    '2014-07-07',
    'agadez-network-dismantled',
    'A2',
    everyone,
    [says('Agadez-transport-1', { status: 'DISMANTLED', sizeMin: 14, sizeMax: 14 })],
    { fact: false, seen: ['2014-06-16'] },
  ),
  niamey.submit('2014-09-08', 'owner-arrest-2014', 'A1', to('country:NE', 'country:DZ'), [
    charts('Owner-arrest-2014'),
    at('Owner-arrest-2014', 'Arlit'),
    involved('Owner-arrest-2014', 'Natron', 'Pickup-01'),
  ]),
  agadez.submit(
    '2014-10-13',
    'fuel-arlit',
    'C3',
    to('country:NE', 'country:DZ'),
    [charts('Fuel-Arlit'), linked('Natron', 'Fuel-Arlit', 'SAME_VEHICLE')],
    { fact: false },
  ),
  agadez.submit(
    '2014-11-17',
    'humanitarian-helper',
    'A2',
    to('country:NE'),
    [says('Jujube'), at('Jujube', 'Dirkou')],
    {
      sensitivity: 'S2_SENSITIVE',
      note: {
        en: 'Gives water, a roof and telephone calls to people abandoned near the wells. Takes nothing. Charted so that patrols leave this person alone and ask for help when there is a rescue.',
        fr: 'Donne de l’eau, un toit et des appels à des personnes abandonnées près des puits. Ne prend rien. Inscrit pour que les patrouilles laissent cette personne en paix et lui demandent de l’aide lors des secours.',
      },
    },
  ),
  bench.submit(
    '2015-06-22',
    'file-ghetto-2014',
    'A1',
    to('country:NE', 'office:it-dda-palermo'),
    [graded('A1', involved('Ghetto-raid-2014', 'Addax')), handled(['H1'], works('Addax', 'Oryx', 'COMMAND'))],
    { purpose: 'CROSS_CHECK', evidence: 'ON_REQUEST', basis: 'NE-penal-procedure' },
  ),
  niamey.submit('2015-03-16', 'safe-house-dirkou', 'B3', to('office:ne-dst', 'office:ne-pole'), [
    sensitive('S2_SENSITIVE', at('Dattier', 'Dirkou')),
  ]),
]
