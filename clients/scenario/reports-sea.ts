import { assessed, at, charts, involved, linked, member, notes, operates, uses, works } from './claims.ts'
import { everyone, to } from './release.ts'
import { desk, type Step } from './steps.ts'

// The central sea crossing until the crackdown: Zuwara, and the shipwreck of 27 August 2015. Italy reports, with others.

const rome = desk('it-sco.paola')
const marco = desk('it-sco.marco')
const hague = desk('nl-liaison.pieter')

const EU_POLICE = ['country:IT', 'country:ES', 'country:FR', 'office:nl-liaison']

export const SEA: Step[] = [
  rome.submit('2013-07-15', 'zuwara-network', 'B2', everyone, [
    charts('Zuwara-sea-1', 'MO-wooden-boat'),
    at('Zuwara-sea-1', 'Zuwara'),
    uses('Zuwara-sea-1', 'MO-wooden-boat'),
    operates('Zuwara-sea-1', 'Zuwara-sea'),
  ]),
  rome.submit('2013-08-19', 'barracuda-murene', 'B2', to(...EU_POLICE, 'office:ne-dst'), [
    charts('Barracuda', 'Murene'),
    works('Murene', 'Barracuda', 'COMMAND'),
    at('Barracuda', 'Zuwara'),
  ]),
  rome.submit('2013-10-21', 'agents-zuwara', 'B3', to(...EU_POLICE), [
    charts('Merou', 'Corail'),
    works('Merou', 'Murene', 'BUSINESS'),
    works('Corail', 'Murene', 'COMMAND'),
  ]),
  // Italy grades the coordinator at Agadez L3: its callers pay him, wherever he sits.
  rome.submit(
    '2013-12-16',
    'addax-level',
    'B2',
    to('country:IT', 'country:NE', 'country:FR', 'country:ES'),
    [member('Addax', 'Agadez-transport-1', 'L3', 'R40')],
    {
      fact: false,
      note: {
        en: 'Six travellers heard at different ports name the same man at Agadez as the one who settles accounts with the coast. We read that as more than coordination. Niger, who sees him daily, says L2; we leave both on the chart.',
        fr: 'Six voyageurs entendus dans des ports différents désignent le même homme à Agadez comme celui qui règle les comptes avec la côte. Nous y lisons plus qu’une coordination. Le Niger, qui l’observe au quotidien, dit L2 ; nous laissons les deux sur la carte.',
      },
    },
  ),
  marco.submit('2014-04-14', 'boats-zuwara', 'A2', to(...EU_POLICE), [
    charts('Wooden-boat-1', 'Thon', 'Albatros'),
    uses('Thon', 'Wooden-boat-1'),
    works('Albatros', 'Murene', 'SUPPLY'),
  ]),
  marco.submit(
    '2014-05-26',
    'boat-theft',
    'C3',
    to('country:IT', 'office:nl-liaison'),
    [charts('Boat-theft-Zuwara'), linked('Thon', 'Boat-theft-Zuwara', 'SAME_VEHICLE')],
    { fact: false },
  ),
  rome.submit(
    '2014-08-25',
    'rascasse',
    'B2',
    to(...EU_POLICE),
    [charts('Rascasse'), works('Rascasse', 'Barracuda', 'FINANCE'), at('Rascasse', 'Tripoli')],
    { handling: ['H1'], sensitivity: 'S2_SENSITIVE' },
  ),
  rome.submit(
    '2014-11-24',
    'sirocco-rascasse',
    'B3',
    to('country:IT', 'country:NE', 'office:nl-liaison'),
    [assessed(works('Rascasse', 'Sirocco', 'FINANCE'))],
    { handling: ['H1', 'H2'], sensitivity: 'S2_SENSITIVE' },
  ),
  // Facts of 12 February 2015: before Niger's law, under the Italian provision. H1 is lifted on the third day.
  rome.submit(
    '2015-02-13',
    'rescue-12-february',
    'A1',
    everyone,
    [
      charts('Rescue-12-Feb-2015', 'Inflatable-1'),
      at('Rescue-12-Feb-2015', 'Lampedusa'),
      involved('Rescue-12-Feb-2015', 'Inflatable-1'),
    ],
    { seen: ['2015-02-12'], handling: ['H1'], sensitivity: 'S2_SENSITIVE' },
  ),
  rome.correct(
    '2015-02-15',
    'rescue-12-february',
    'A1',
    [
      charts('Rescue-12-Feb-2015', 'Inflatable-1'),
      at('Rescue-12-Feb-2015', 'Lampedusa'),
      involved('Rescue-12-Feb-2015', 'Inflatable-1'),
    ],
    {
      seen: ['2015-02-12'],
      handling: ['H0'],
      evidence: 'CONSENTED',
      sensitivity: 'S2_SENSITIVE',
      note: {
        en: 'H1 lifted at the request of the prosecution office at Palermo. The statement of the second mate, which speaks for the man who steered, belongs to what is released.',
        fr: 'H1 levé à la demande du parquet de Palerme. La déclaration du second, favorable à l’homme qui tenait la barre, fait partie de ce qui est diffusé.',
      },
    },
  ),
  marco.submit(
    '2015-02-23',
    'helmsman-sardine',
    'B2',
    to('country:IT'),
    [charts('Sardine'), involved('Rescue-12-Feb-2015', 'Sardine')],
    {
      sensitivity: 'S3_HIGH',
      handling: ['H2'],
      note: {
        en: 'He steered because the engine man had been put ashore and a rifle stayed aboard until the open sea. Protected state: coerced, migrant. Not a suspect.',
        fr: 'Il a tenu la barre parce que le mécanicien avait été débarqué et qu’un fusil est resté à bord jusqu’au large. État protégé : contraint, migrant. Non suspect.',
      },
    },
  ),
  marco.submit('2015-05-18', 'landing-may-2015', 'A1', to(...EU_POLICE), [
    charts('Landing-May-2015', 'Wooden-boat-2', 'Anchois'),
    at('Landing-May-2015', 'Palermo'),
    involved('Landing-May-2015', 'Wooden-boat-2', 'Anchois', 'Zuwara-sea-1'),
  ]),
  marco.submit('2015-07-27', 'lookout-mouette', 'C3', to('country:IT'), [
    charts('Mouette', 'Requin'),
    works('Mouette', 'Murene', 'BUSINESS'),
    works('Requin', 'Barracuda', 'PROTECTION'),
  ]),
  rome.submit(
    '2015-08-28',
    'shipwreck-27-august',
    'B2',
    everyone,
    [
      charts('Shipwreck-27-Aug-2015'),
      at('Shipwreck-27-Aug-2015', 'Zuwara'),
      involved('Shipwreck-27-Aug-2015', 'Zuwara-Lampedusa'),
    ],
    {
      seen: ['2015-08-27'],
      sensitivity: 'S2_SENSITIVE',
      note: {
        en: 'A boat sank off Zuwara in the night. Numbers are being counted ashore; we give none until two sources agree.',
        fr: 'Un bateau a coulé au large de Zuwara dans la nuit. Le décompte se fait à terre ; nous ne donnons aucun nombre avant que deux sources concordent.',
      },
    },
  ),
  hague.submit(
    '2015-08-31',
    'shipwreck-count',
    'C3',
    to(...EU_POLICE),
    [notes('Shipwreck-27-Aug-2015', { type: 'SHIPWRECK', dead: 105 })],
    { fact: false, seen: ['2015-08-27'] },
  ),
  marco.submit(
    '2015-09-02',
    'shipwreck-count-italy',
    'C4',
    to(...EU_POLICE),
    [notes('Shipwreck-27-Aug-2015', { type: 'SHIPWRECK', dead: 200 })],
    { fact: false, seen: ['2015-08-27'] },
  ),
  marco.submit(
    '2015-09-07',
    'shipwreck-network',
    'B3',
    to(...EU_POLICE, 'office:ne-dst'),
    [assessed(involved('Shipwreck-27-Aug-2015', 'Zuwara-sea-1', 'Barracuda'))],
    { handling: ['H1'] },
  ),
  rome.submit(
    '2015-09-21',
    'zuwara-crackdown',
    'B2',
    everyone,
    [
      charts('Zuwara-crackdown-2015'),
      at('Zuwara-crackdown-2015', 'Zuwara'),
      involved('Zuwara-crackdown-2015', 'Zuwara-sea-1'),
    ],
    { seen: ['2015-08-29', '2015-09-15'] },
  ),
]
