import {
  at,
  charts,
  during,
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
import { everyone, ownOffice, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// After the crackdown of 2015: Sabratha, and the cell at Palermo.

const rome = desk('it-sco.paola')
const marco = desk('it-sco.marco')
const palermo = desk('it-dda-palermo.lucia')
const madrid = desk('es-ucrif.carmen')

const EU_POLICE = ['country:IT', 'country:ES', 'country:FR', 'office:nl-liaison']

export const SABRATHA: Step[] = [
  madrid.submit('2015-10-12', 'sabratha-network', 'B2', everyone, [
    charts('Sabratha-sea-1', 'MO-inflatable-beach'),
    at('Sabratha-sea-1', 'Sabratha'),
    uses('Sabratha-sea-1', 'MO-inflatable-beach'),
  ]),
  marco.submit('2015-10-26', 'departure-sabratha', 'A2', everyone, [
    charts('Departure-Sabratha-Oct-2015', 'Inflatable-2'),
    at('Departure-Sabratha-Oct-2015', 'Sabratha'),
    involved('Departure-Sabratha-Oct-2015', 'Inflatable-2', 'Sabratha-sea-1'),
    operates('Sabratha-sea-1', 'Sabratha-sea'),
  ]),
  rome.submit(
    '2015-11-16',
    'zuwara-moves',
    'B2',
    to(...EU_POLICE, 'country:NE'),
    [
      same('Sabratha-sea-1', 'Zuwara-sea-1'),
      during('2015-09-15', null, at('Zuwara-sea-1', 'Sabratha')),
      during('2015-09-15', null, operates('Zuwara-sea-1', 'Sabratha-sea')),
    ],
    {
      fact: false,
      purpose: 'STRATEGIC',
      note: {
        en: 'One group, moved: the same money holder, the same enforcer, the same man at the head. The claim of sameness can be taken back if Spain learns otherwise.',
        fr: 'Un seul groupe, déplacé : le même détenteur de fonds, le même homme de main, le même chef. L’affirmation d’identité pourra être retirée si l’Espagne apprend autre chose.',
      },
    },
  ),
  rome.submit(
    '2015-11-30',
    'barracuda-sabratha',
    'B2',
    to(...EU_POLICE),
    [
      member('Barracuda', 'Sabratha-sea-1'),
      member('Murene', 'Sabratha-sea-1'),
      member('Rascasse', 'Sabratha-sea-1'),
      graded('C3', at('Barracuda', 'Sabratha')),
    ],
    { fact: false },
  ),
  marco.submit(
    '2016-01-11',
    'encre-zuwara',
    'B3',
    to('country:IT', 'country:NE', 'office:nl-liaison'),
    [member('Encre', 'Zuwara-sea-1', 'L2', 'R24'), uses('Zuwara-sea-1', 'MO-papers')],
    { fact: false },
  ),
  rome.submit(
    '2016-02-22',
    'mirage-level-italy',
    'B2',
    to('country:IT', 'country:NE', 'country:FR'),
    [member('Mirage', 'Agadez-transport-2', 'L3', 'R40')],
    { fact: false },
  ),
  // Scene 5.
  rome.submit(
    '2016-06-20',
    'gunpoint-2016',
    'A1',
    everyone,
    [charts('Sabratha-gunpoint-2016'), at('Sabratha-gunpoint-2016', 'Lampedusa')],
    { sensitivity: 'S2_SENSITIVE' },
  ),
  rome.submit(
    '2016-06-22',
    'helmsman-mousse',
    'A2',
    to('office:it-sco', 'office:it-dda-palermo'),
    [charts('Mousse'), involved('Sabratha-gunpoint-2016', 'Mousse')],
    {
      sensitivity: 'S4_LIFE',
      handling: ['H1', 'H2', 'H3'],
      onward: 'NONE',
      note: {
        en: 'Restriction: nothing of this leaves the two offices before a guardian has been appointed. Seventeen by his own account, which nothing contradicts; put at the tiller with a gun at his neck. He is a child to be protected, not an actor to be passed on.',
        fr: 'Restriction : rien de ceci ne sort des deux bureaux avant la désignation d’un tuteur. Dix-sept ans selon lui, ce que rien ne dément ; mis à la barre une arme sur la nuque. C’est un enfant à protéger, non un acteur à transmettre.',
      },
    },
  ),
  marco.submit(
    '2016-06-27',
    'enforcer-requin',
    'B2',
    to(...EU_POLICE),
    [says('Requin'), member('Requin', 'Sabratha-sea-1')],
    { fact: false, sensitivity: 'S2_SENSITIVE' },
  ),
  palermo.submit(
    '2016-03-14',
    'palermo-cell',
    'A2',
    to(...EU_POLICE),
    [
      charts('Palermo-cell-1', 'Papavero', 'MO-onward-train'),
      at('Palermo-cell-1', 'Palermo'),
      uses('Palermo-cell-1', 'MO-onward-train'),
    ],
    { evidence: 'CONSENTED', purpose: 'CROSS_CHECK' },
  ),
  palermo.submit(
    '2016-04-18',
    'palermo-helpers',
    'B2',
    to('country:IT', 'office:es-fiscalia', 'office:nl-liaison'),
    [
      charts('Ulivo', 'Ginestra', 'Cappero'),
      works('Ulivo', 'Papavero', 'SUPPLY'),
      works('Ginestra', 'Papavero', 'FINANCE'),
    ],
    { handling: ['H1'] },
  ),
  palermo.submit(
    '2016-07-18',
    'palermo-arrests',
    'A1',
    to(...EU_POLICE),
    [
      charts('Palermo-arrests-2016'),
      at('Palermo-arrests-2016', 'Palermo'),
      involved('Palermo-arrests-2016', 'Papavero', 'Palermo-cell-1'),
    ],
    { evidence: 'CONSENTED' },
  ),
  palermo.submit('2016-09-05', 'palermo-money', 'B2', ownOffice, [works('Papavero', 'Rascasse', 'FINANCE')], {
    handling: ['H1'],
  }),
  palermo.release('2016-11-07', 'palermo-money', to('country:IT', 'office:es-fiscalia')),
  // Trafficking is another offence: its link to the network has evidence of its own, and nothing is summed.
  palermo.submit(
    '2016-10-10',
    'trafficking-sabratha',
    'B2',
    to('country:IT', 'office:nl-liaison'),
    [charts('Trafficking-Sabratha'), linked('Sabratha-sea-1', 'Trafficking-Sabratha', 'EVOLVED_INTO')],
    { sensitivity: 'S4_LIFE', handling: ['H1', 'H2'], onward: 'NONE' },
  ),
]
