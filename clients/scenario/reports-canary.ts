import { assessed, at, charts, involved, notes, operates, says, uses, works } from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// The Canary route by fishing boat, residual: Senegal and Spain.

const dakar = desk('sn-dpaf.awa')
const madrid = desk('es-ucrif.carmen')
const javier = desk('es-ucrif.javier')
const bench = desk('es-fiscalia.elena')

const ATLANTIC = ['country:SN', 'country:ES', 'country:FR']

export const CANARY: Step[] = [
  dakar.submit(
    '2013-11-25',
    'canary-network',
    'B2',
    everyone,
    [
      charts('Canary-residual', 'MO-Canary-pirogue'),
      uses('Canary-residual', 'MO-Canary-pirogue'),
      operates('Canary-residual', 'Canary-sea'),
    ],
    {
      note: {
        en: 'What is left of the crossings of 2006: four or five departures a season, known families, old boats.',
        fr: 'Ce qui reste des traversées de 2006 : quatre ou cinq départs par saison, des familles connues, de vieilles embarcations.',
      },
    },
  ),
  dakar.submit('2013-12-02', 'pelican-filao', 'B2', to(...ATLANTIC), [
    charts('Pelican', 'Filao'),
    works('Filao', 'Pelican', 'KINSHIP'),
    at('Pelican', 'Dakar'),
  ]),
  dakar.submit('2014-02-17', 'boats-canary', 'B2', to('country:SN', 'country:ES'), [
    charts('Niebe', 'Pirogue-1'),
    uses('Niebe', 'Pirogue-1'),
    works('Niebe', 'Filao', 'SUPPLY'),
  ]),
  madrid.submit('2014-06-30', 'landing-arguineguin', 'A1', everyone, [
    charts('Landing-Arguineguin-2014'),
    at('Landing-Arguineguin-2014', 'LasPalmas'),
    involved('Landing-Arguineguin-2014', 'Nouadhibou-Las-Palmas'),
  ]),
  madrid.submit('2014-07-21', 'skipper-cormoran', 'B2', to('country:ES', 'country:SN'), [
    charts('Cormoran'),
    involved('Landing-Arguineguin-2014', 'Cormoran', 'Pirogue-1'),
    works('Cormoran', 'Niebe', 'BUSINESS'),
  ]),
  dakar.submit(
    '2015-03-23',
    'mobile-money',
    'B3',
    to('country:SN', 'country:ES'),
    [assessed(works('Filao', 'Niebe', 'FINANCE'))],
    { handling: ['H1'] },
  ),
  javier.submit(
    '2015-06-15',
    'season-2015',
    'A2',
    everyone,
    [
      notes('Canary-sea', { status: 'RESIDUAL' }),
      notes('Nouadhibou-Las-Palmas', { status: 'RESIDUAL', months: [5, 6, 7, 8, 9, 10] }),
    ],
    { purpose: 'STRATEGIC' },
  ),
  javier.submit(
    '2015-12-14',
    'buses-dakar',
    'B2',
    to('country:ES', 'country:SN', 'country:ML'),
    [notes('Dakar-Bamako', { lawful: true, status: 'OPEN' })],
    { purpose: 'STRATEGIC' },
  ),
  dakar.submit('2016-05-23', 'interception-nouadhibou', 'A2', to(...ATLANTIC), [
    charts('Interception-Nouadhibou-2016', 'Pirogue-2'),
    at('Interception-Nouadhibou-2016', 'Nouadhibou'),
    involved('Interception-Nouadhibou-2016', 'Pirogue-2', 'Canary-residual'),
  ]),
  dakar.correct('2016-05-30', 'interception-nouadhibou', 'A1', [
    says('Interception-Nouadhibou-2016', { persons: 64 }),
    charts('Pirogue-2'),
    at('Interception-Nouadhibou-2016', 'Nouadhibou'),
    involved('Interception-Nouadhibou-2016', 'Pirogue-2', 'Canary-residual'),
  ]),
  bench.submit(
    '2016-12-19',
    'file-cormoran',
    'A1',
    to('country:ES', 'office:it-dda-palermo'),
    [says('Cormoran', { category: 'SUSPECT' })],
    { purpose: 'CROSS_CHECK', evidence: 'CONSENTED' },
  ),
  madrid.submit(
    '2017-03-27',
    'recruiter-dakar',
    'B3',
    to('country:ES', 'person:sn-dpaf.awa'),
    [assessed(at('Filao', 'Dakar'))],
    { handling: ['H2'], sensitivity: 'S2_SENSITIVE' },
  ),
  javier.submit('2017-09-25', 'landing-canary-2017', 'A1', everyone, [
    charts('Landing-Canary-2017'),
    at('Landing-Canary-2017', 'LasPalmas'),
    involved('Landing-Canary-2017', 'Canary-sea'),
  ]),
  dakar.submit(
    '2017-10-16',
    'canary-network-2017',
    'B2',
    everyone,
    [says('Canary-residual', { status: 'ACTIVE', sizeMin: 4, sizeMax: 12 })],
    { fact: false, purpose: 'STRATEGIC' },
  ),
]
