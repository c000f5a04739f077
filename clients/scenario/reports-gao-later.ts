import {
  assessed,
  at,
  charts,
  during,
  graded,
  involved,
  linked,
  member,
  operates,
  says,
  uses,
  works,
} from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// The Gao group from 2015 on, and a request that is refused.

const bamako = desk('ml-dnlt.fatoumata')
const oumar = desk('ml-dnlt.oumar')
const algiers = desk('dz-dgsn.nadia')
const niamey = desk('ne-dst.aicha')

const SAHEL = ['country:ML', 'country:NE', 'country:DZ']

export const GAO_LATER: Step[] = [
  // Algeria sees in him no head but a middleman: disputed, and shown so.
  algiers.submit(
    '2015-02-16',
    'nicot-level',
    'B3',
    to(...SAHEL),
    [member('Nicot', 'Gao-Kidal-1', 'L2', 'R43')],
    {
      fact: false,
    },
  ),
  bamako.submit('2015-04-20', 'guide-puits', 'C2', to('country:ML', 'country:DZ'), [
    charts('Puits'),
    works('Puits', 'Cobra', 'BUSINESS'),
  ]),
  niamey.submit('2015-05-18', 'gao-niamey-link', 'B3', to('country:NE', 'country:ML'), [
    assessed(at('Gandoura', 'Niamey')),
  ]),
  oumar.submit('2016-01-25', 'gao-routes-2016', 'B2', to(...SAHEL), [
    during('2016-01-01', null, says('Gao-Kidal', { status: 'OPEN', feeMin: 30_000, feeMax: 50_000 })),
    operates('Gao-Kidal-1', 'Gao-Kidal'),
  ]),
  algiers.submit('2016-03-21', 'tobacco-seizure-2016', 'A1', to(...SAHEL), [
    charts('Tobacco-seizure-2016'),
    at('Tobacco-seizure-2016', 'Tamanrasset'),
    involved('Tobacco-seizure-2016', 'Hoggar', 'Truck-Gao-2'),
    graded('A2', linked('Tobacco-seizure-2016', 'Tobacco-Gao', 'SAME_VEHICLE')),
  ]),
  // The first release was too wide for an operation that was still running; narrowed, and those who had it were told.
  oumar.submit('2016-06-27', 'gao-depot', 'B2', to(...SAHEL), [uses('Gandoura', 'Truck-Gao-2')], {
    handling: ['H1'],
  }),
  oumar.release('2016-07-04', 'gao-depot', to('country:ML')),
  bamako.submit(
    '2017-01-30',
    'gao-network-2017',
    'B2',
    everyone,
    [says('Gao-Kidal-1', { status: 'ACTIVE', sizeMin: 8, sizeMax: 15 })],
    { purpose: 'STRATEGIC', fact: false },
  ),
  algiers.submit(
    '2017-04-10',
    'expulsions-assamaka',
    'B2',
    to(...SAHEL, 'country:IT'),
    [charts('Expulsions-Assamaka-2017'), at('Expulsions-Assamaka-2017', 'Assamaka')],
    { sensitivity: 'S2_SENSITIVE' },
  ),

  // Scene 3, the refusal: sealed like every message.
  niamey.send('2016-07-11', 'request-gao-leg', {
    type: 'REQUEST',
    recipients: ['dz-dgsn'],
    urgency: 'NORMAL',
    access: 'INDIRECT',
    handling: ['H0', 'H1'],
    evidenceUse: 'NOT_CONSENTED',
    sensitivity: 'S2_SENSITIVE',
    purpose: 'OPERATIONAL',
    case: 'NE/2016/0714',
    necessity: {
      code: 'LINK_CASES',
      text: {
        en: 'The same lorries return empty on our side of the border; only your controls show who loads them.',
        fr: 'Les mêmes camions reviennent à vide de notre côté de la frontière ; seuls vos contrôles montrent qui les charge.',
      },
    },
    text: {
      en: 'We ask for what you hold on the leg Kidal–Tamanrasset since March 2016: lorries stopped, drivers, hours. Purpose: a joint picture of the return loads.',
      fr: 'Nous demandons ce que vous détenez sur le tronçon Kidal–Tamanrasset depuis mars 2016 : camions arrêtés, chauffeurs, horaires. But : une image commune des chargements de retour.',
    },
  }),
  algiers.send('2016-07-15', 'refusal-gao-leg', {
    type: 'REFUSAL',
    inReplyTo: 'request-gao-leg',
    recipients: ['ne-dst'],
    urgency: 'NORMAL',
    handling: ['H0', 'H1'],
    evidenceUse: 'NOT_CONSENTED',
    purpose: 'OPERATIONAL',
    case: 'NE/2016/0714',
    refusal: 'ONGOING_INVESTIGATION',
    text: {
      en: 'Refused: ONGOING_INVESTIGATION. What we hold on this leg belongs to a file that is open until the end of September. Please ask again then.',
      fr: 'Refus : ONGOING_INVESTIGATION. Ce que nous détenons sur ce tronçon relève d’un dossier ouvert jusqu’à fin septembre. Merci de renouveler la demande ensuite.',
    },
  }),
]
