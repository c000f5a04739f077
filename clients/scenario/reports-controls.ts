import {
  assessed,
  at,
  charts,
  graded,
  involved,
  linked,
  member,
  operates,
  same,
  says,
  uses,
  works,
} from './claims.ts'
import { everyone, ownOffice, to, withoutSalif } from './release.ts'
import { desk, type Step } from './steps.ts'

// 2016 and 2017: controls on the main axis, bypasses, and those who were left in the desert.

const agadez = desk('ne-dst-agadez.rabi')
const niamey = desk('ne-dst.aicha')
const analyst = desk('ne-dst.ibrahim')
const bench = desk('ne-pole.halima')

const ECI = ['country:NE', 'country:FR', 'country:ES', 'country:IT']

export const CONTROLS: Step[] = [
  // Niger says again L2 for Mirage, on evidence; Italy says L3.
  agadez.submit(
    '2016-04-04',
    'mirage-level',
    'A2',
    to('country:NE', 'country:IT', 'country:FR', 'country:ES'),
    [member('Mirage', 'Agadez-transport-2', 'L2', 'R20'), works('Mirage', 'Sirocco', 'FINANCE')],
    { fact: false },
  ),
  niamey.submit(
    '2016-05-09',
    'leak-axis',
    'B3',
    withoutSalif(to('office:ne-dst')),
    [
      assessed(works('Kanem', 'Mirage', 'PROTECTION')),
      linked('Agadez-transport-2', 'Bribes-on-the-axis', 'TAX_PAID_TO'),
    ],
    {
      handling: ['H1', 'H2', 'H3'],
      sensitivity: 'S3_HIGH',
      onward: 'NONE',
      note: {
        en: 'Restriction: inspectorate only, with the officers of this release. Departures were moved forward by a day after three internal briefings.',
        fr: 'Restriction : inspection seulement, avec les agents de cette diffusion. Les départs ont été avancés d’un jour après trois réunions internes.',
      },
    },
  ),
  agadez.submit(
    '2016-08-08',
    'controls-2016',
    'A1',
    everyone,
    [
      charts('Controls-Aug-2016'),
      at('Controls-Aug-2016', 'Agadez-Dirkou'),
      involved('Controls-Aug-2016', 'Agadez-transport-2'),
    ],
    { seen: ['2016-08-01', '2016-08-07'] },
  ),
  agadez.submit(
    '2016-08-15',
    'controls-2016-arrested',
    'A1',
    to(...ECI),
    [involved('Controls-Aug-2016', 'Simoun', 'Pickup-03')],
    { handling: ['H1'] },
  ),
  agadez.submit('2016-09-12', 'bypass-way', 'B2', everyone, [
    charts('MO-desert-bypass'),
    uses('Agadez-transport-2', 'MO-desert-bypass'),
  ]),
  agadez.submit('2016-09-26', 'seizure-2016', 'A1', to('country:NE'), [
    charts('Seizure-Sep-2016', 'Pickup-05', 'Pickup-06'),
    at('Seizure-Sep-2016', 'Agadez'),
    involved('Seizure-Sep-2016', 'Ocre', 'Pickup-05', 'Pickup-06'),
  ]),
  // Widened once the owners had been heard.
  agadez.release('2016-10-24', 'seizure-2016', to(...ECI)),
  agadez.submit('2016-10-03', 'network-2-bypass', 'B2', everyone, [
    operates('Agadez-transport-2', 'Agadez-Sabha-bypass'),
  ]),
  agadez.submit(
    '2016-11-28',
    'stranding-nov-2016',
    'A1',
    everyone,
    [
      charts('Stranding-Nov-2016'),
      at('Stranding-Nov-2016', 'Agadez-Seguedine-west'),
      involved('Stranding-Nov-2016', 'Agadez-Sabha-bypass'),
    ],
    { seen: ['2016-11-21', '2016-11-24'] },
  ),
  bench.submit(
    '2017-02-13',
    'conviction-2017',
    'A1',
    to('country:NE', 'country:IT', 'country:FR', 'office:nl-liaison'),
    [
      charts('Conviction-2017'),
      involved('Conviction-2017', 'Simoun'),
      says('Simoun', { category: 'CONVICTED' }),
    ],
    { purpose: 'CROSS_CHECK', evidence: 'CONSENTED' },
  ),
  niamey.submit('2017-05-29', 'stranding-may-2017', 'A2', everyone, [
    charts('Stranding-May-2017'),
    at('Stranding-May-2017', 'Agadez-Seguedine-west'),
  ]),
  niamey.correct('2017-06-05', 'stranding-may-2017', 'A1', [
    says('Stranding-May-2017', { dead: 8, rescued: 42, persons: 50, women: 11, children: 6 }),
    at('Stranding-May-2017', 'Agadez-Seguedine-west'),
  ]),
  // Scene 6.
  agadez.submit(
    '2017-06-26',
    'stranding-25-june',
    'A1',
    everyone,
    [
      charts('Stranding-25-Jun-2017'),
      at('Stranding-25-Jun-2017', 'Seguedine'),
      involved('Stranding-25-Jun-2017', 'Seguedine-Sabha-east'),
    ],
    {
      seen: ['2017-06-25', '2017-06-26'],
      sensitivity: 'S4_LIFE',
      note: {
        en: 'Seventy-five people in three cars, left without water. Twenty-four reached or were found near Séguédine. The search for the others goes on along the eastern track; helpers of the area have been asked.',
        fr: 'Soixante-quinze personnes dans trois véhicules, laissées sans eau. Vingt-quatre ont atteint Séguédine ou ont été retrouvées à proximité. La recherche des autres se poursuit sur la piste de l’est ; les aidants de la zone ont été sollicités.',
      },
    },
  ),
  agadez.submit(
    '2017-07-10',
    'stranding-drivers',
    'B3',
    to('team:eci-niger'),
    [
      assessed(graded('C3', involved('Stranding-25-Jun-2017', 'Vipere'))),
      assessed(involved('Stranding-25-Jun-2017', 'Agadez-transport-2')),
    ],
    { handling: ['H1'] },
  ),
  agadez.submit('2017-08-21', 'own-lead-harmattan', 'C3', ownOffice, [at('Harmattan', 'Arlit')], {
    fact: false,
  }),
  analyst.submit('2017-09-18', 'same-house', 'B3', to('office:ne-dst'), [same('Oasis', 'Dattier')], {
    fact: false,
  }),
  // 25 November 2023: the law is repealed and its convictions erased; so is this report, everywhere it went.
  bench.erase('2023-11-27', 'conviction-2017', 'LAW_REPEALED'),
]
