import { assessed, at, charts, involved, linked, member, operates, says, uses, works } from './claims.ts'
import { ownOffice, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// The Gao group, its tobacco on the way back, and its contacts in Tamanrasset: Mali and Algeria report.

const bamako = desk('ml-dnlt.fatoumata')
const oumar = desk('ml-dnlt.oumar')
const algiers = desk('dz-dgsn.nadia')
const yacine = desk('dz-dgsn.yacine')

const SAHEL = ['country:ML', 'country:NE', 'country:DZ']

export const GAO: Step[] = [
  bamako.submit(
    '2013-09-09',
    'gao-network',
    'B2',
    to(...SAHEL, 'country:IT'),
    [
      charts('Gao-Kidal-1', 'MO-truck-and-tobacco'),
      at('Gao-Kidal-1', 'Gao'),
      uses('Gao-Kidal-1', 'MO-truck-and-tobacco'),
      operates('Gao-Kidal-1', 'Gao-Tamanrasset'),
    ],
    {
      note: {
        en: 'Lorries leave Gao with travellers and come back from the north loaded with cigarettes. The same drivers, the same nights.',
        fr: 'Les camions quittent Gao avec des voyageurs et reviennent du nord chargés de cigarettes. Les mêmes chauffeurs, les mêmes nuits.',
      },
    },
  ),
  bamako.submit('2013-09-23', 'meharee-gandoura', 'B2', to(...SAHEL), [
    charts('Meharee', 'Gandoura'),
    works('Gandoura', 'Meharee', 'COMMAND'),
    at('Meharee', 'Gao'),
  ]),
  bamako.submit('2013-10-14', 'drivers-gao', 'B3', to('country:ML', 'country:DZ'), [
    charts('Cobra', 'Scorpion', 'Truck-Gao-1'),
    uses('Cobra', 'Truck-Gao-1'),
    [works('Cobra', 'Gandoura', 'COMMAND'), works('Scorpion', 'Gandoura', 'COMMAND')],
  ]),
  bamako.submit('2013-11-18', 'gao-station', 'B2', to('country:ML'), [
    charts('Dune', 'Outarde'),
    works('Dune', 'Outarde', 'BUSINESS'),
    at('Outarde', 'Gao'),
  ]),
  // Scene 3: one claim by an office that saw it, the same by one that heard of it. Both stand.
  bamako.submit(
    '2014-02-10',
    'tobacco-gao',
    'A2',
    to(...SAHEL, 'country:IT', 'country:FR'),
    [charts('Tobacco-Gao'), linked('Gao-Kidal-1', 'Tobacco-Gao', 'SAME_VEHICLE')],
    {
      evidence: 'ON_REQUEST',
      note: {
        en: 'Two lorries opened at the northern gate of Gao: cartons behind a false board, and the boarding lists of the outward journey still in the cab.',
        fr: 'Deux camions ouverts à la porte nord de Gao : des cartons derrière une fausse cloison, et les listes d’embarquement de l’aller encore dans la cabine.',
      },
    },
  ),
  algiers.submit(
    '2014-02-24',
    'tobacco-hearsay',
    'C4',
    to('country:ML', 'country:NE', 'country:FR'),
    [linked('Gao-Kidal-1', 'Tobacco-Gao', 'SAME_ROUTE')],
    { fact: false },
  ),
  oumar.submit(
    '2014-03-31',
    'kidal-hold-up',
    'B3',
    to('country:ML', 'country:NE'),
    [
      charts('Kidal-hold-up-2014', 'Extortion-Kidal'),
      at('Kidal-hold-up-2014', 'Gao-Kidal'),
      assessed(linked('Kidal-hold-up-2014', 'Extortion-Kidal', 'SAME_ROUTE')),
    ],
    { sensitivity: 'S2_SENSITIVE' },
  ),
  oumar.submit(
    '2014-04-28',
    'chacal',
    'C3',
    to('country:ML'),
    [
      charts('Chacal', 'Cheche'),
      works('Chacal', 'Meharee', 'PROTECTION'),
      works('Cheche', 'Gandoura', 'COMMUNICATION'),
    ],
    { sensitivity: 'S3_HIGH', handling: ['H2'] },
  ),
  algiers.submit('2014-05-12', 'tamanrasset-network', 'B2', to(...SAHEL), [
    charts('Tamanrasset-1', 'Hoggar'),
    at('Tamanrasset-1', 'Tamanrasset'),
    operates('Tamanrasset-1', 'Kidal-Tamanrasset'),
  ]),
  algiers.submit(
    '2014-06-09',
    'hoggar-meharee',
    'B3',
    to(...SAHEL),
    [works('Hoggar', 'Meharee', 'BUSINESS')],
    {
      fact: false,
    },
  ),
  yacine.submit('2014-07-14', 'tassili-assekrem', 'B2', to('country:DZ', 'country:NE'), [
    charts('Assekrem', 'Tassili'),
    works('Assekrem', 'Hoggar', 'COMMAND'),
    at('Tassili', 'Tamanrasset'),
  ]),
  yacine.submit(
    '2014-08-11',
    'cedre',
    'X3',
    ownOffice,
    [charts('Cedre'), works('Cedre', 'Hoggar', 'PROTECTION')],
    { sensitivity: 'S3_HIGH', handling: ['H1', 'H2'], fact: false, onward: 'NONE' },
  ),
  bamako.submit('2014-09-22', 'tobacco-seizure', 'A1', to(...SAHEL, 'country:FR'), [
    charts('Tobacco-seizure-2014', 'Lezard', 'Truck-Gao-2'),
    at('Tobacco-seizure-2014', 'Kidal'),
    involved('Tobacco-seizure-2014', 'Lezard', 'Truck-Gao-2', 'Gao-Kidal-1'),
  ]),
  bamako.correct(
    '2014-10-06',
    'tobacco-seizure',
    'A1',
    [
      says('Tobacco-seizure-2014', { arrested: 2 }),
      charts('Lezard', 'Truck-Gao-2'),
      at('Tobacco-seizure-2014', 'Kidal'),
      involved('Tobacco-seizure-2014', 'Lezard', 'Truck-Gao-2', 'Gao-Kidal-1'),
    ],
    {
      note: {
        en: 'Correction: two arrested, not three. The third was a passenger and is no actor; nothing of him stays on the chart.',
        fr: 'Correction : deux interpellés et non trois. Le troisième était un passager, il n’est pas un acteur ; rien de lui ne reste sur la carte.',
      },
    },
  ),
  oumar.submit(
    '2014-12-01',
    'levy-kidal',
    'B3',
    to('country:ML', 'office:ne-dst', 'office:fr-ocriest'),
    [charts('Armed-group-levy'), linked('Gao-Kidal-1', 'Armed-group-levy', 'TAX_PAID_TO')],
    { sensitivity: 'S3_HIGH', handling: ['H1', 'H2'], fact: false },
  ),
  bamako.submit(
    '2015-01-26',
    'nicot',
    'B2',
    to('country:ML', 'country:DZ', 'office:nl-liaison'),
    [says('Nicot')],
    { handling: ['H1'] },
  ),
  bamako.submit(
    '2015-01-27',
    'nicot-meharee',
    'B2',
    to('country:ML', 'country:DZ'),
    [
      member('Nicot', 'Gao-Kidal-1'),
      works('Nicot', 'Meharee', 'BUSINESS'),
      linked('Nicot', 'Tobacco-Gao', 'SAME_ACTOR'),
    ],
    { handling: ['H1'] },
  ),
]
