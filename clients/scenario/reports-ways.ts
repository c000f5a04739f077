import { at, charts, during, notes, says } from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// Places and ways: in 2013 each office charts its own, lawful bus travel as what it is; later come the changes.

const agadez = desk('ne-dst-agadez.rabi')
const niamey = desk('ne-dst.aicha')
const bamako = desk('ml-dnlt.fatoumata')
const algiers = desk('dz-dgsn.nadia')
const dakar = desk('sn-dpaf.awa')
const rome = desk('it-sco.paola')
const madrid = desk('es-ucrif.carmen')

const strategic = { purpose: 'STRATEGIC', onward: 'WITHIN_RELEASE', evidence: 'CONSENTED' } as const

export const WAYS: Step[] = [
  niamey.submit(
    '2013-01-14',
    'places-niger',
    'A1',
    everyone,
    [charts('Niamey', 'Agadez', 'Arlit', 'Assamaka', 'Dirkou', 'Seguedine', 'Madama')],
    strategic,
  ),
  bamako.submit('2013-01-15', 'places-mali', 'A1', everyone, [charts('Bamako', 'Gao', 'Kidal')], strategic),
  algiers.submit('2013-01-16', 'places-algeria', 'A1', everyone, [charts('Tamanrasset')], strategic),
  rome.submit(
    '2013-01-17',
    'places-sea',
    'A1',
    everyone,
    [charts('Lampedusa', 'Palermo', 'Tripoli', 'Zuwara', 'Sabratha')],
    strategic,
  ),
  dakar.submit('2013-01-18', 'places-senegal', 'A1', everyone, [charts('Dakar')], strategic),
  madrid.submit(
    '2013-01-21',
    'places-canary',
    'A1',
    everyone,
    [charts('LasPalmas', 'Nouadhibou')],
    strategic,
  ),
  niamey.submit('2013-01-22', 'place-sabha', 'A2', everyone, [charts('Sabha')], strategic),

  niamey.submit(
    '2013-02-04',
    'bus-niamey-agadez',
    'A1',
    everyone,
    [charts('Niamey-Agadez', 'Agadez-Arlit')],
    {
      ...strategic,
      note: {
        en: 'Scheduled coaches, several a day. Passengers are citizens of the Community travelling under the protocol on free movement. The journey is lawful; nothing follows from somebody having taken it.',
        fr: 'Autocars réguliers, plusieurs par jour. Les passagers sont des citoyens de la Communauté qui voyagent au titre du protocole sur la libre circulation. Le trajet est licite ; rien ne découle du fait de l’avoir emprunté.',
      },
    },
  ),
  bamako.submit(
    '2013-02-05',
    'bus-bamako-gao',
    'A1',
    everyone,
    [charts('Bamako-Gao', 'Gao-Niamey')],
    strategic,
  ),
  dakar.submit('2013-02-06', 'bus-dakar-bamako', 'A1', everyone, [charts('Dakar-Bamako')], strategic),
  niamey.submit(
    '2013-02-11',
    'route-west-africa-buses',
    'A2',
    everyone,
    [charts('West-Africa-buses')],
    strategic,
  ),

  agadez.submit(
    '2013-03-04',
    'legs-main-axis',
    'B2',
    everyone,
    [charts('Agadez-Dirkou', 'Dirkou-Seguedine', 'Seguedine-Madama', 'Madama-Sabha', 'Agadez-Sabha')],
    {
      seen: ['2013-01-01'],
      note: {
        en: 'Departures on Mondays behind the supply convoy. The fee is paid in Agadez for the whole way to Sabha, before boarding. Thirty people to a pick-up, holding on to sticks.',
        fr: 'Départs le lundi derrière le convoi de ravitaillement. Le prix est payé à Agadez pour tout le trajet jusqu’à Sabha, avant l’embarquement. Trente personnes par pick-up, accrochées à des bâtons.',
      },
    },
  ),
  agadez.submit('2013-03-11', 'legs-arlit-assamaka', 'B2', to('country:NE', 'country:DZ', 'country:ML'), [
    charts('Arlit-Assamaka', 'Assamaka-Tamanrasset', 'Agadez-Tamanrasset'),
  ]),
  bamako.submit(
    '2013-03-18',
    'legs-gao-tamanrasset',
    'B2',
    to('country:ML', 'country:NE', 'country:DZ', 'country:IT'),
    [charts('Gao-Kidal', 'Kidal-Tamanrasset', 'Gao-Tamanrasset')],
  ),
  rome.submit(
    '2013-04-08',
    'legs-libya-coast',
    'B3',
    everyone,
    [charts('Sabha-Tripoli', 'Tripoli-Zuwara', 'Sabha-coast')],
    { fact: false },
  ),
  rome.submit('2013-04-09', 'legs-zuwara-sea', 'A2', everyone, [charts('Zuwara-Lampedusa', 'Zuwara-sea')], {
    seen: ['2013-04-01'],
  }),
  dakar.submit(
    '2013-05-13',
    'legs-canary',
    'B2',
    everyone,
    [charts('Dakar-Nouadhibou', 'Nouadhibou-Las-Palmas', 'Canary-sea')],
    { seen: ['2013-01-01'] },
  ),
  // The same leg in the eyes of the state where it ends: both fees are shown.
  madrid.submit('2013-06-03', 'fee-canary', 'B3', everyone, [
    notes('Nouadhibou-Las-Palmas', {
      status: 'RESIDUAL',
      feeMin: 700,
      feeMax: 1_000,
      currency: 'EUR',
      perPerson: true,
    }),
  ]),
  algiers.submit('2013-06-17', 'fee-kidal', 'C3', to('country:ML'), [
    notes('Kidal-Tamanrasset', {
      feeMin: 60_000,
      feeMax: 100_000,
      currency: 'XOF',
      perPerson: true,
      risks: ['HRM_05', 'HRM_06'],
    }),
  ]),

  // 2016: fee and length of the axis, as several travellers told them independently.
  agadez.submit(
    '2016-06-13',
    'fees-main-axis',
    'A2',
    everyone,
    [
      during(
        '2016-06-01',
        '2016-06-30',
        notes('Agadez-Dirkou', {
          feeMin: 80_000,
          feeMax: 90_000,
          currency: 'XOF',
          perPerson: true,
          capacity: 30,
          status: 'OPEN',
        }),
      ),
      at('Convoy-30-May-2016', 'Agadez'),
      says('Convoy-30-May-2016'),
    ],
    {
      note: {
        en: 'Monday convoy, thirty to a pick-up, 85,000 francs on average. Three to four days to Sabha when nothing breaks.',
        fr: 'Convoi du lundi, trente par pick-up, 85 000 francs en moyenne. Trois à quatre jours jusqu’à Sabha si rien ne casse.',
      },
    },
  ),
  // Mid-2016: systematic controls. A leg is never overwritten; it gets a new status from a day on.
  niamey.submit('2016-08-22', 'axis-controlled', 'A1', everyone, [
    during('2016-07-15', null, notes('Agadez-Dirkou', { status: 'CONTROLLED' })),
    during('2016-07-15', null, notes('Dirkou-Seguedine', { status: 'CONTROLLED' })),
    during('2016-07-15', null, notes('Agadez-Sabha', { status: 'CONTROLLED' })),
  ]),
  agadez.submit(
    '2016-09-19',
    'bypass-west',
    'B2',
    everyone,
    [
      during(
        '2016-08-01',
        null,
        charts('Agadez-Seguedine-west', 'Seguedine-Sabha-east', 'Agadez-Sabha-bypass'),
      ),
    ],
    {
      note: {
        en: 'Drivers now leave by night and keep away from the wells that soldiers hold. Whoever breaks down there is not found.',
        fr: 'Les chauffeurs partent désormais de nuit et évitent les puits tenus par l’armée. Qui tombe en panne là-bas n’est pas retrouvé.',
      },
    },
  ),
  niamey.submit(
    '2016-10-17',
    'axis-bypassed',
    'B2',
    everyone,
    [
      during('2016-09-01', null, notes('Agadez-Dirkou', { status: 'BYPASSED' })),
      during('2016-09-01', null, notes('Dirkou-Seguedine', { status: 'BYPASSED' })),
    ],
    { fact: false },
  ),
  agadez.submit('2016-11-14', 'bypass-arlit', 'B3', to('country:NE', 'country:DZ'), [
    during('2016-09-01', null, charts('Arlit-Tamanrasset-piste')),
  ]),
  rome.submit(
    '2015-10-05',
    'zuwara-closed',
    'A2',
    everyone,
    [
      during(
        '2015-09-15',
        null,
        notes('Zuwara-Lampedusa', { status: 'CLOSED' }),
        notes('Zuwara-sea', { status: 'CLOSED' }),
      ),
    ],
    { fact: false },
  ),
  rome.submit(
    '2015-10-19',
    'legs-sabratha-sea',
    'A2',
    everyone,
    [during('2015-07-01', null, charts('Tripoli-Sabratha', 'Sabratha-Lampedusa', 'Sabratha-sea'))],
    {
      note: {
        en: 'Since the end of September landings no longer come from Zuwara. Boats of the same builder, the same price list and two of the same telephone habits now appear twenty-five nautical miles east. We assess a displacement, not a new market.',
        fr: 'Depuis fin septembre, les arrivées ne viennent plus de Zuwara. Des bateaux du même constructeur, les mêmes tarifs et deux habitudes téléphoniques identiques apparaissent désormais vingt-cinq milles nautiques à l’est. Nous y voyons un déplacement, non un nouveau marché.',
      },
    },
  ),
]
