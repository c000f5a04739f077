import {
  assessed,
  at,
  charts,
  during,
  graded,
  handled,
  involved,
  linked,
  member,
  notes,
  operates,
  same,
  says,
  uses,
  works,
} from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// From the end of 2016: the joint team of Niger, France and Spain, and what the liaison office and partners add.

const niamey = desk('ne-dst.aicha')
const agadez = desk('ne-dst-agadez.rabi')
const paris = desk('fr-ocriest.claire')
const julien = desk('fr-ocriest.julien')
const madrid = desk('es-ucrif.carmen')
const hague = desk('nl-liaison.pieter')
const rome = desk('it-sco.paola')
const marco = desk('it-sco.marco')
const bench = desk('ne-pole.halima')

const team = to('team:eci-niger')

export const TEAM: Step[] = [
  hague.submit(
    '2014-10-20',
    'overview-2014',
    'B2',
    to('country:IT', 'country:ES', 'country:FR'),
    [assessed(notes('Zuwara-sea-1', { status: 'ACTIVE', sizeMin: 15, sizeMax: 40 }))],
    { purpose: 'STRATEGIC' },
  ),
  paris.submit(
    '2014-12-15',
    'papers-france',
    'B2',
    to('country:FR', 'country:ES', 'country:IT', 'office:nl-liaison'),
    [charts('MO-papers')],
    { purpose: 'STRATEGIC' },
  ),
  paris.submit(
    '2015-10-26',
    'hawala-paris',
    'B3',
    to('country:FR', 'country:IT', 'country:NE', 'office:nl-liaison'),
    [uses('Agadez-transport-2', 'MO-papers')],
    { handling: ['H1'] },
  ),
  hague.submit('2016-05-30', 'advert-network', 'B3', to('country:IT', 'country:FR', 'country:ES'), [
    assessed(uses('Palermo-cell-1', 'MO-onward-train')),
  ]),
  hague.submit(
    '2016-08-29',
    'displacement-sabratha',
    'B2',
    everyone,
    [
      during(
        '2015-09-15',
        null,
        notes('Sabratha-Lampedusa', {
          status: 'OPEN',
          feeMin: 500,
          feeMax: 1_000,
          currency: 'USD',
          perPerson: true,
        }),
      ),
    ],
    { fact: false, purpose: 'STRATEGIC' },
  ),

  niamey.submit('2016-12-12', 'team-harmattan', 'A2', team, [works('Mirage', 'Tamaris', 'FINANCE')], {
    handling: ['H1'],
    note: {
      en: 'First contribution to the joint team. France and Spain see it while the agreement runs; no longer.',
      fr: 'Première contribution à l’équipe conjointe. La France et l’Espagne la voient tant que la convention court ; pas au-delà.',
    },
  }),
  julien.submit(
    '2017-01-16',
    'team-owner-france',
    'B2',
    team,
    [assessed(works('Tamaris', 'Harmattan', 'FINANCE'))],
    { handling: ['H1'] },
  ),
  madrid.submit(
    '2017-01-23',
    'team-mirage-spain',
    'B3',
    team,
    [member('Mirage', 'Agadez-transport-2', 'L3', 'R20')],
    { fact: false },
  ),
  agadez.submit('2017-02-06', 'team-zephyr', 'A2', team, [
    uses('Zephyr', 'Pickup-04'),
    at('Zephyr', 'Dirkou'),
    handled(['H1', 'H2'], works('Zephyr', 'Mirage', 'COMMAND')),
  ]),
  agadez.submit('2017-03-13', 'team-raid', 'A1', everyone, [
    charts('ECI-raid-Mar-2017'),
    at('ECI-raid-Mar-2017', 'Agadez'),
    involved('ECI-raid-Mar-2017', 'Agadez-transport-2'),
  ]),
  agadez.submit(
    '2017-03-14',
    'team-raid-arrested',
    'A1',
    team,
    [involved('ECI-raid-Mar-2017', 'Harmattan', 'Karite', 'Indigo')],
    { handling: ['H1'] },
  ),
  agadez.correct(
    '2017-03-20',
    'team-raid-arrested',
    'A1',
    [involved('ECI-raid-Mar-2017', 'Harmattan', 'Indigo')],
    { handling: ['H1'] },
  ),
  paris.submit('2017-04-24', 'team-phones', 'A2', team, [works('Harmattan', 'Indigo', 'COMMUNICATION')], {
    evidence: 'ON_REQUEST',
    handling: ['H1'],
  }),
  // What one state gave the team it may later give to more: widened to Italy.
  niamey.submit('2017-05-15', 'team-money', 'B2', team, [works('Tamaris', 'Ocre', 'FINANCE')], {
    handling: ['H1'],
  }),
  niamey.release('2017-06-19', 'team-money', to('team:eci-niger', 'country:IT', 'office:nl-liaison')),
  hague.submit(
    '2017-05-22',
    'agadez-2-overview',
    'B2',
    everyone,
    [notes('Agadez-transport-2', { status: 'ACTIVE', sizeMin: 20, sizeMax: 40 })],
    { fact: false, purpose: 'STRATEGIC' },
  ),
  bench.submit(
    '2017-07-17',
    'file-harmattan',
    'A1',
    to('country:NE', 'country:FR'),
    [says('Harmattan', { category: 'SUSPECT' }), graded('A2', works('Harmattan', 'Oasis', 'FINANCE'))],
    { evidence: 'CONSENTED', purpose: 'CROSS_CHECK' },
  ),
  rome.submit(
    '2017-07-24',
    'caracal-ransom',
    'A2',
    to('country:IT', 'country:NE', 'country:FR'),
    [linked('Caracal', 'Ransom-Sabha', 'SAME_ACTOR')],
    {
      evidence: 'CONSENTED',
      sensitivity: 'S3_HIGH',
      note: {
        en: 'Four persons freed on payment describe the same cellar at Sabha and the same man. They are witnesses and stay out of the chart.',
        fr: 'Quatre personnes libérées contre paiement décrivent la même cave à Sabha et le même homme. Elles sont témoins et restent hors de la carte.',
      },
    },
  ),
  marco.submit(
    '2017-08-28',
    'sabratha-residual',
    'B2',
    to('country:IT', 'country:ES', 'country:FR', 'office:nl-liaison'),
    [during('2017-07-15', null, notes('Sabratha-Lampedusa', { status: 'RESIDUAL' }))],
    { fact: false },
  ),
  marco.submit(
    '2017-10-09',
    'sabratha-ends',
    'B2',
    everyone,
    [
      during('2017-10-06', null, notes('Sabratha-sea', { status: 'RESIDUAL' })),
      notes('Sabratha-sea-1', { status: 'DORMANT' }),
    ],
    { fact: false },
  ),
  // Sameness is a claim, here a weak one, and may be taken back.
  julien.submit('2017-10-23', 'team-same-owner', 'C3', team, [same('Tamaris', 'Ocre')], { fact: false }),
  agadez.submit('2017-11-13', 'bypass-2017', 'A2', everyone, [
    during(
      '2017-06-01',
      null,
      notes('Agadez-Seguedine-west', {
        status: 'OPEN',
        feeMin: 180_000,
        feeMax: 300_000,
        currency: 'XOF',
        perPerson: true,
      }),
    ),
    operates('Agadez-transport-2', 'Agadez-Seguedine-west'),
  ]),

  // Scene 6: rescue contacts first; acknowledged nine minutes later.
  agadez.send('2017-06-25', 'life-at-risk', {
    type: 'LIFE_AT_RISK',
    recipients: ['dz-dgsn', 'it-sco', 'ne-dst'],
    urgency: 'URGENT',
    access: 'DIRECT',
    handling: ['H0'],
    sensitivity: 'S4_LIFE',
    evidenceUse: 'NOT_CONSENTED',
    onward: 'WITHIN_RELEASE',
    purpose: 'OPERATIONAL',
    case: 'NE/2017/0625',
    text: {
      en: '09:12 UTC. Three cars, about seventy-five people, no water, east of Séguédine on the track to Sabha. Any position from a satellite telephone helps. Rescue contacts are in the attached list of the prefecture.',
      fr: '09 h 12 UTC. Trois véhicules, environ soixante-quinze personnes, sans eau, à l’est de Séguédine sur la piste de Sabha. Toute position issue d’un téléphone satellite est utile. Les contacts de secours figurent sur la liste de la préfecture.',
    },
  }),
  rome.send('2017-06-25', 'life-at-risk-ack', {
    type: 'ACK',
    inReplyTo: 'life-at-risk',
    recipients: ['ne-dst-agadez'],
    urgency: 'URGENT',
    handling: ['H0'],
    sensitivity: 'S4_LIFE',
    evidenceUse: 'NOT_CONSENTED',
    purpose: 'OPERATIONAL',
    case: 'NE/2017/0625',
    text: {
      en: '09:21 UTC. Received. One position from the night before follows within the hour; the coordination centre has been told.',
      fr: '09 h 21 UTC. Bien reçu. Une position de la nuit précédente suit dans l’heure ; le centre de coordination est prévenu.',
    },
  }),
]
