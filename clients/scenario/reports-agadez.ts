import { assessed, at, charts, graded, involved, linked, operates, uses, works } from './claims.ts'
import { everyone, ownOffice, to, withoutSalif } from './release.ts'
import { desk, type Step } from './steps.ts'

// 2013: the first Agadez network, the deaths of October, the raids that followed.

const agadez = desk('ne-dst-agadez.rabi')
const niamey = desk('ne-dst.aicha')

export const AGADEZ: Step[] = [
  agadez.submit(
    '2013-05-06',
    'agadez-network',
    'B2',
    everyone,
    [
      charts('Agadez-transport-1', 'MO-Agadez-ghetto'),
      at('Agadez-transport-1', 'Agadez'),
      uses('Agadez-transport-1', 'MO-Agadez-ghetto'),
      operates('Agadez-transport-1', 'Agadez-Sabha'),
    ],
    {
      note: {
        en: 'Houses called ghettos lodge travellers by nationality until there is a full load. The boss of the house takes a share from coxeurs, owners and drivers alike.',
        fr: 'Des maisons appelées ghettos logent les voyageurs par nationalité jusqu’à ce que le chargement soit complet. Le patron prélève une part sur les coxeurs, les propriétaires et les chauffeurs.',
      },
    },
  ),
  agadez.submit('2013-05-20', 'fennec', 'B2', everyone, [charts('Fennec'), at('Fennec', 'Agadez')]),
  // Niger grades the coordinator L2; Italy will say L3: both stay on the chart.
  agadez.submit('2013-05-27', 'addax-oryx', 'B2', everyone, [
    charts('Addax', 'Oryx'),
    works('Addax', 'Fennec', 'COMMAND'),
    works('Oryx', 'Addax', 'BUSINESS'),
  ]),
  agadez.submit('2013-06-10', 'coxeurs-2013', 'B3', to('country:NE', 'office:fr-ocriest', 'country:IT'), [
    charts('Acacia', 'Baobab', 'Calao'),
    [works('Acacia', 'Fennec', 'BUSINESS'), works('Baobab', 'Fennec', 'BUSINESS')],
    assessed(graded('C3', works('Calao', 'Acacia', 'KINSHIP'))),
  ]),
  agadez.submit(
    '2013-06-24',
    'drivers-2013',
    'B2',
    to('country:NE', 'country:DZ', 'country:IT', 'country:FR'),
    [
      charts('Erg', 'Gazelle', 'Hamada', 'Reg'),
      works('Erg', 'Addax', 'COMMAND'),
      works('Gazelle', 'Addax', 'COMMAND'),
    ],
  ),
  agadez.submit('2013-07-08', 'pickups-2013', 'A2', to('country:NE', 'country:FR', 'country:IT'), [
    charts('Pickup-01', 'Pickup-02', 'Natron'),
    uses('Natron', 'Pickup-01', 'Pickup-02'),
    uses('Erg', 'Pickup-01'),
    works('Natron', 'Oryx', 'SUPPLY'),
  ]),
  niamey.submit(
    '2013-07-22',
    'sirocco-money',
    'B3',
    to('country:NE', 'country:IT', 'office:nl-liaison'),
    [
      charts('Sirocco', 'Hawala-laundering'),
      works('Sirocco', 'Fennec', 'FINANCE'),
      linked('Sirocco', 'Hawala-laundering', 'SAME_FINANCE'),
    ],
    { handling: ['H1'], sensitivity: 'S2_SENSITIVE' },
  ),
  agadez.submit('2013-08-05', 'ghetto-keeper', 'B2', to('country:NE'), [
    charts('Dattier', 'Guelta'),
    works('Dattier', 'Fennec', 'COMMAND'),
    at('Dattier', 'Agadez'),
  ]),
  // Corruption: kept from one colleague of the own house.
  niamey.submit(
    '2013-09-02',
    'kanem-bribes',
    'C3',
    withoutSalif(to('office:ne-dst')),
    [
      charts('Kanem', 'Bribes-on-the-axis'),
      linked('Kanem', 'Bribes-on-the-axis', 'SAME_ACTOR'),
      at('Kanem', 'Dirkou'),
    ],
    {
      handling: ['H1', 'H2', 'H3'],
      sensitivity: 'S3_HIGH',
      onward: 'NONE',
      fact: false,
      note: {
        en: 'Restriction: not to be spoken of in the Niamey office before the inspectorate has been heard. A post on the axis lets convoys pass against a fixed sum; somebody in our own house announces controls.',
        fr: 'Restriction : ne pas en parler au bureau de Niamey avant que l’inspection n’ait été entendue. Un poste de l’axe laisse passer les convois contre une somme fixe ; quelqu’un de notre propre maison annonce les contrôles.',
      },
    },
  ),
  agadez.submit(
    '2013-09-16',
    'own-source-fennec',
    'B2',
    ownOffice,
    [works('Fennec', 'Kanem', 'PROTECTION')],
    { handling: ['H2'], sensitivity: 'S3_HIGH', onward: 'NONE' },
  ),

  // Scene 1.
  agadez.submit(
    '2013-10-31',
    'desert-deaths-2013',
    'A1',
    everyone,
    [
      charts('Desert-deaths-2013', 'Truck-Arlit-1'),
      at('Desert-deaths-2013', 'Assamaka'),
      involved('Desert-deaths-2013', 'Truck-Arlit-1'),
    ],
    {
      seen: ['2013-10-01', '2013-10-31'],
      sensitivity: 'S2_SENSITIVE',
      note: {
        en: 'Written after seventy-two hours without a link. Two vehicles broke down between Arlit and the border; the drivers went for parts and did not return. Ninety-two bodies found: thirty-seven women, forty-eight children, seven men. Families have been told through the prefecture. No name of a dead person goes into the chart.',
        fr: 'Rédigé après soixante-douze heures sans liaison. Deux véhicules sont tombés en panne entre Arlit et la frontière ; les chauffeurs sont partis chercher des pièces et ne sont pas revenus. Quatre-vingt-douze corps retrouvés : trente-sept femmes, quarante-huit enfants, sept hommes. Les familles ont été prévenues par la préfecture. Aucun nom de défunt n’entre dans la carte.',
      },
    },
  ),
  agadez.submit(
    '2013-11-04',
    'desert-deaths-leg',
    'A2',
    to('country:NE', 'country:DZ', 'country:ML'),
    [at('Desert-deaths-2013', 'Arlit-Assamaka'), involved('Desert-deaths-2013', 'Agadez-Tamanrasset')],
    { seen: ['2013-10-01', '2013-10-31'] },
  ),
  agadez.submit(
    '2013-11-05',
    'raids-2013',
    'A1',
    everyone,
    [charts('Raids-2013'), at('Raids-2013', 'Arlit')],
    {
      seen: ['2013-10-31', '2013-11-02'],
      note: {
        en: 'Houses in Arlit and Agadez searched after the deaths. About fifty policemen are being replaced.',
        fr: 'Maisons perquisitionnées à Arlit et à Agadez après les décès. Une cinquantaine de policiers sont en cours de remplacement.',
      },
    },
  ),
  agadez.submit(
    '2013-11-11',
    'hamada-desert-deaths',
    'B3',
    to('country:NE', 'country:DZ'),
    [assessed(involved('Desert-deaths-2013', 'Hamada')), works('Hamada', 'Reg', 'BUSINESS')],
    { handling: ['H1'] },
  ),
  agadez.correct(
    '2013-12-09',
    'hamada-desert-deaths',
    'A2',
    [assessed(involved('Desert-deaths-2013', 'Reg')), works('Hamada', 'Reg', 'BUSINESS')],
    {
      handling: ['H1'],
      note: {
        en: 'Correction: not Hamada but Reg drove the first vehicle. Hamada was in custody that week.',
        fr: 'Correction : ce n’est pas Hamada mais Reg qui conduisait le premier véhicule. Hamada était en garde à vue cette semaine-là.',
      },
    },
  ),
]
