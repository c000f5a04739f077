import { assessed, at, charts, linked, member, operates, succeeds, uses, works } from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// 2015: a new network surfaces in Agadez, with much of the old way of working and two of the old drivers.

const agadez = desk('ne-dst-agadez.rabi')
const niamey = desk('ne-dst.aicha')
const analyst = desk('ne-dst.ibrahim')

const ECI = ['country:NE', 'country:FR', 'country:ES', 'country:IT']

export const RESURFACE: Step[] = [
  agadez.submit('2015-02-23', 'agadez-network-2', 'B2', everyone, [
    charts('Agadez-transport-2', 'MO-Agadez-ghetto-2'),
    at('Agadez-transport-2', 'Agadez'),
    uses('Agadez-transport-2', 'MO-Agadez-ghetto-2'),
    operates('Agadez-transport-2', 'Agadez-Sabha'),
  ]),
  agadez.submit('2015-03-02', 'harmattan-mirage', 'B2', everyone, [
    charts('Harmattan', 'Mirage'),
    works('Mirage', 'Harmattan', 'COMMAND'),
    at('Harmattan', 'Agadez'),
  ]),
  agadez.submit(
    '2015-03-09',
    'old-drivers',
    'A2',
    to(...ECI, 'country:DZ'),
    [
      member('Erg', 'Agadez-transport-2'),
      member('Gazelle', 'Agadez-transport-2'),
      [works('Erg', 'Mirage', 'COMMAND'), works('Gazelle', 'Mirage', 'COMMAND')],
    ],
    {
      note: {
        en: 'Both drove for the network of 2013. Same rest places, same mechanic, another boss.',
        fr: 'Tous deux roulaient pour le réseau de 2013. Mêmes haltes, même mécanicien, un autre patron.',
      },
    },
  ),
  analyst.submit(
    '2015-03-30',
    'successor',
    'B2',
    everyone,
    [
      succeeds('Agadez-transport-2', 'Agadez-transport-1'),
      assessed(uses('Agadez-transport-2', 'MO-Agadez-ghetto')),
    ],
    {
      fact: false,
      purpose: 'STRATEGIC',
      note: {
        en: 'Resurfacing: eleven of thirteen facets are those of the dismantled network; what is new are lookouts on police movements. An assessment, with the drivers as its strongest ground.',
        fr: 'Résurgence : onze des treize facettes sont celles du réseau démantelé ; la nouveauté, ce sont les guetteurs sur les mouvements de police. Une appréciation, dont les chauffeurs sont le meilleur appui.',
      },
    },
  ),
  agadez.submit(
    '2015-04-13',
    'addax-returns',
    'B3',
    to('country:NE', 'country:IT'),
    [member('Addax', 'Agadez-transport-2', 'L2', 'R20'), works('Addax', 'Mirage', 'BUSINESS')],
    { fact: false },
  ),
  agadez.submit('2015-04-27', 'coxeurs-2015', 'B2', to(...ECI), [
    charts('Indigo', 'Karite'),
    [works('Indigo', 'Harmattan', 'BUSINESS'), works('Karite', 'Indigo', 'BUSINESS')],
  ]),
  agadez.submit('2015-05-11', 'owners-2015', 'B2', to(...ECI), [
    charts('Tamaris', 'Ocre', 'Pickup-03', 'Pickup-04'),
    uses('Tamaris', 'Pickup-03'),
    uses('Ocre', 'Pickup-04'),
    works('Tamaris', 'Mirage', 'SUPPLY'),
    works('Ocre', 'Mirage', 'SUPPLY'),
  ]),
  agadez.submit('2015-05-25', 'drivers-2015', 'B2', to(...ECI), [
    charts('Simoun', 'Vipere', 'Zephyr'),
    uses('Simoun', 'Pickup-03'),
    works('Simoun', 'Tamaris', 'BUSINESS'),
    works('Zephyr', 'Ocre', 'BUSINESS'),
  ]),
  agadez.submit('2015-06-08', 'house-oasis', 'B2', to('country:NE', 'country:FR'), [
    charts('Oasis', 'Boussole'),
    works('Oasis', 'Harmattan', 'COMMAND'),
    works('Boussole', 'Oasis', 'BUSINESS'),
    at('Oasis', 'Agadez'),
  ]),
  agadez.submit(
    '2015-07-06',
    'recruiter-antilope',
    'C3',
    to('country:NE', 'country:SN'),
    [charts('Antilope'), works('Antilope', 'Indigo', 'BUSINESS')],
    {
      note: {
        en: 'A traveller himself, who recruits fellow countrymen to pay for his own onward journey. The protected state of a migrant stands on the chart; what he did is assessed apart from how he came.',
        fr: 'Lui-même voyageur, il recrute des compatriotes pour payer la suite de son trajet. L’état protégé de migrant figure sur la carte ; ce qu’il a fait est apprécié séparément de la façon dont il est venu.',
      },
    },
  ),
  agadez.submit(
    '2015-08-17',
    'enforcer-caracal',
    'B3',
    to('country:NE', 'country:IT', 'country:FR'),
    [
      charts('Caracal', 'Ransom-Sabha'),
      works('Caracal', 'Harmattan', 'PROTECTION'),
      assessed(linked('Caracal', 'Ransom-Sabha', 'SAME_ACTOR')),
      at('Caracal', 'Sabha'),
    ],
    { sensitivity: 'S3_HIGH', handling: ['H2'] },
  ),
  niamey.submit(
    '2015-09-14',
    'sirocco-again',
    'A2',
    to('country:NE', 'country:IT', 'office:nl-liaison'),
    [member('Sirocco', 'Agadez-transport-2'), works('Sirocco', 'Harmattan', 'FINANCE')],
    { handling: ['H1'], sensitivity: 'S2_SENSITIVE' },
  ),
  niamey.submit(
    '2015-11-02',
    'forger-encre',
    'B2',
    to('country:NE', 'country:IT', 'country:FR', 'office:nl-liaison'),
    [
      charts('Encre', 'MO-papers', 'False-papers'),
      uses('Encre', 'MO-papers'),
      linked('Encre', 'False-papers', 'SAME_ACTOR'),
    ],
    { evidence: 'ON_REQUEST' },
  ),
  agadez.submit('2015-11-09', 'encre-boussole', 'B3', to('country:NE', 'country:FR'), [
    works('Encre', 'Boussole', 'SUPPLY'),
  ]),
  agadez.submit(
    '2016-02-15',
    'convoy-way',
    'A2',
    everyone,
    [charts('MO-Monday-convoy'), uses('Agadez-transport-2', 'MO-Monday-convoy')],
    { purpose: 'STRATEGIC' },
  ),
]
