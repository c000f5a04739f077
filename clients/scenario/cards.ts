import { gradeOf } from './grade.ts'
import { to, withoutSalif } from './release.ts'
import { type Card, desk, type Step } from './steps.ts'

// Who the main actors are, on sealed cards. All of it is invented, so that it can be nobody's: telephone numbers begin with 00
// behind the country code, documents and plates with 000, and no state gives out any such; mail goes to `.example`.

const agadez = desk('ne-dst-agadez.rabi')
const niamey = desk('ne-dst.aicha')
const bamako = desk('ml-dnlt.fatoumata')
const algiers = desk('dz-dgsn.nadia')
const dakar = desk('sn-dpaf.awa')
const rome = desk('it-sco.paola')
const palermo = desk('it-dda-palermo.lucia')

type Identifier = Card['identifiers'][number]
type Row = [kind: Identifier['kind'], grade: Parameters<typeof gradeOf>[0], value: string, beside?: Beside]
type Beside = Pick<Identifier, 'country' | 'platform' | 'observedFrom' | 'observedTo'>

const identifiers = (rows: Row[]): Identifier[] =>
  rows.map(([kind, grade, value, beside]) => ({ kind, value, ...beside, ...gradeOf(grade) }))
const suspect = (en: string, fr: string, ...rows: Row[]): Card => ({
  ...{ kind: 'PERSON', subject: { category: 'SUSPECT' } },
  ...{ identifiers: identifiers(rows), text: { en, fr } },
})
const vehicle = (en: string, fr: string, ...rows: Row[]): Card => ({
  ...{ kind: 'VEHICLE', identifiers: identifiers(rows), text: { en, fr } },
})
const selector = (en: string, fr: string, row: Row): Card => ({
  ...{ kind: 'SELECTOR', identifiers: identifiers([row]), text: { en, fr } },
})

/** The money man’s telephone. It stands on the coordinator's card as well, which shows when the two are merged. */
const MONEY_LINE = '+227 00 17 45 02'

export const CARDS: Step[] = [
  agadez.seal(
    '2013-06-03',
    'card-fennec',
    'Fennec',
    to('office:ne-dst', 'office:it-sco', 'office:ml-dnlt'),
    suspect(
      'Owns the house behind the bus yard and is called by his second name there.',
      'Propriétaire de la maison derrière la gare routière, où on l’appelle par son second nom.',
      ['NAME', 'B2', 'Ousseini Kelmadou Tarbissa'],
      ['ALIAS', 'B2', 'Le Patron'],
      ['BIRTH_DATE', 'B3', '1966'],
      ['NATIONALITY', 'A2', 'NE'],
      ['PHONE', 'B2', '+227 00 17 30 11', { observedFrom: '2013-02-01' }],
    ),
  ),
  // Niger and Italy each know the coordinator, under two years of birth: neither is averaged away.
  agadez.seal(
    '2013-06-04',
    'card-addax',
    'Addax',
    to('office:ne-dst', 'office:it-sco'),
    suspect(
      'Seen at the yard on Mondays. He calls the money man before each departure.',
      'Vu à la gare le lundi. Il appelle l’homme de l’argent avant chaque départ.',
      ['NAME', 'B2', 'Issaka Andéfar'],
      ['BIRTH_DATE', 'B2', '1974'],
      ['NATIONALITY', 'B2', 'NE'],
      ['PHONE', 'B2', '+227 00-17-22-33', { observedFrom: '2013-04-15' }],
      ['PHONE', 'C3', MONEY_LINE],
    ),
  ),
  agadez.seal(
    '2013-07-15',
    'card-erg',
    'Erg',
    to('office:ne-dst', 'office:it-sco', 'office:dz-dgsn'),
    suspect(
      'Drives the white pick-up. His licence was looked at when he left Agadez.',
      'Conduit le pick-up blanc. Son permis a été contrôlé à la sortie d’Agadez.',
      ['NAME', 'A2', 'Moutari Zelbagou'],
      ['BIRTH_DATE', 'A2', '1985-11-02'],
      ['DOCUMENT', 'A1', '000-AG-5521', { country: 'NE' }],
      ['PHONE', 'B3', '+227 00 17 64 90'],
    ),
  ),
  agadez.seal(
    '2013-07-16',
    'card-pickup-01',
    'Pickup-01',
    to('office:ne-dst', 'office:it-sco', 'office:fr-ocriest'),
    vehicle(
      'White, a water tank behind the cab. The plate was read at the northern gate.',
      'Blanc, un réservoir d’eau derrière la cabine. La plaque a été relevée à la porte nord.',
      ['PLATE', 'A1', '000-71 45', { country: 'LY', observedFrom: '2013-07-02' }],
      ['VIN', 'B3', '0AGADEZ0000000017'],
    ),
  ),
  rome.seal(
    '2013-09-02',
    'card-barracuda',
    'Barracuda',
    to('office:es-ucrif', 'office:it-dda-palermo', 'office:nl-liaison'),
    suspect(
      'Named alike by several who landed; they are witnesses and stand on no card.',
      'Nommé de la même façon par plusieurs arrivants ; ils sont témoins et ne figurent sur aucune fiche.',
      ['NAME', 'B2', 'Hatem Bouzerdal'],
      ['ALIAS', 'B3', 'El Hadj Zerda'],
      ['BIRTH_DATE', 'C3', '1971'],
      ['NATIONALITY', 'B2', 'LY'],
      ['PHONE', 'B2', '+218 00 555 0143', { observedFrom: '2013-06-01', observedTo: '2013-08-31' }],
    ),
  ),
  bamako.seal(
    '2013-09-30',
    'card-meharee',
    'Meharee',
    to('office:dz-dgsn', 'office:ne-dst'),
    suspect(
      'Lends the lorries out and takes half of the return load.',
      'Prête les camions et prend la moitié du chargement de retour.',
      ['NAME', 'B2', 'Almoudou Targassène'],
      ['BIRTH_DATE', 'C3', '1962'],
      ['NATIONALITY', 'B2', 'ML'],
      ['PHONE', 'B2', '+223 00 41 08 77'],
    ),
  ),
  bamako.seal(
    '2013-10-21',
    'card-truck-gao-1',
    'Truck-Gao-1',
    to('office:dz-dgsn'),
    vehicle(
      'Blue cab, boards nailed across the load. Changes its plate north of Kidal.',
      'Cabine bleue, planches clouées en travers du chargement. Change de plaque au nord de Kidal.',
      ['PLATE', 'B2', '000 GA 19', { country: 'ML' }],
    ),
  ),
  dakar.seal(
    '2014-01-06',
    'card-pelican',
    'Pelican',
    to('office:es-ucrif'),
    suspect(
      'Buys old boats on the beach and pays in advance for the fuel.',
      'Achète de vieilles pirogues sur la plage et paie le carburant d’avance.',
      ['NAME', 'B2', 'Mamour Dialbéré'],
      ['BIRTH_DATE', 'B3', '1969-05'],
      ['NATIONALITY', 'A2', 'SN'],
      ['PHONE', 'B2', '+221 00 300 0167'],
    ),
  ),
  rome.seal(
    '2014-01-13',
    'card-addax-italy',
    'Addax',
    to('office:ne-dst', 'office:it-dda-palermo'),
    suspect(
      'From a telephone found at Lampedusa. The name is spelled as its owner had saved it.',
      'D’après un téléphone trouvé à Lampedusa. Le nom est écrit comme son propriétaire l’avait enregistré.',
      ['NAME', 'B3', 'ISSAKA ANDEFAR'],
      ['BIRTH_DATE', 'C3', '1976-05-01'],
      ['PHONE', 'A2', '00227 00172233', { observedFrom: '2013-10-11' }],
      ['HANDLE', 'A2', 'andefar.transport', { platform: 'facebook' }],
    ),
  ),
  algiers.seal(
    '2015-02-23',
    'card-nicot',
    'Nicot',
    to('office:ml-dnlt'),
    suspect(
      'Wholesaler on paper. The cartons are paid for in Gao and never arrive anywhere.',
      'Grossiste sur le papier. Les cartons sont payés à Gao et n’arrivent jamais nulle part.',
      ['NAME', 'A2', 'Lamine Ouhraoui-Sebt'],
      ['BIRTH_DATE', 'A2', '1964-02-17'],
      ['NATIONALITY', 'A1', 'DZ'],
      ['PHONE', 'B2', '+213 00 29 81 04'],
    ),
  ),
  niamey.seal(
    '2015-09-21',
    'card-sirocco',
    'Sirocco',
    to('office:it-sco', 'office:nl-liaison'),
    selector(
      'The line on which sums are announced. Nobody knows yet who answers it.',
      'La ligne sur laquelle les sommes sont annoncées. On ignore encore qui y répond.',
      ['PHONE', 'A2', MONEY_LINE, { observedFrom: '2013-07-01' }],
    ),
  ),
  niamey.seal(
    '2015-11-16',
    'card-encre',
    'Encre',
    to('office:it-sco', 'office:fr-ocriest'),
    suspect(
      'Prints attestations with the stamp of a town hall that has none.',
      'Imprime des attestations au cachet d’une mairie qui n’en a pas.',
      ['NAME', 'C3', 'Chukwemeka Adanlobi'],
      ['ALIAS', 'B2', 'Docteur Papier'],
      ['NATIONALITY', 'C3', 'NG'],
      ['EMAIL', 'B2', 'Docteur.Papier@imprimerie.example'],
    ),
  ),
  palermo.seal(
    '2016-03-21',
    'card-papavero',
    'Papavero',
    to('office:it-sco'),
    suspect(
      'Rents the flat in which those who landed wait until their way on is paid.',
      'Loue l’appartement où les arrivants attendent que la suite du trajet soit payée.',
      ['NAME', 'A2', 'Tesfalem Ghirmazen'],
      ['BIRTH_DATE', 'A2', '1982-09-30'],
      ['NATIONALITY', 'A2', 'ER'],
      ['PHONE', 'A1', '+39 00 555 0118', { observedFrom: '2016-01-20' }],
    ),
  ),
  // The key of Niamey opens it and Salif works there: the server does not give it to him.
  niamey.seal(
    '2016-12-13',
    'card-harmattan',
    'Harmattan',
    withoutSalif(to('team:eci-niger')),
    suspect(
      'Restriction: within the joint team. He is warned of controls, and by whom is not known.',
      'Restriction : au sein de l’équipe conjointe. Il est averti des contrôles, on ignore par qui.',
      ['NAME', 'A2', 'Rabiou Seydna Talmessa'],
      ['BIRTH_DATE', 'B2', '1970-03'],
      ['NATIONALITY', 'A2', 'NE'],
      ['PHONE', 'A2', '+227 00 17 80 05', { observedFrom: '2016-09-01' }],
      ['IMEI', 'A2', '001000000000173'],
    ),
  ),
]
