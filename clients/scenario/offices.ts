import type { AssignmentBody, OfficeBody, PersonBody, TeamBody } from '../../schema/wire/directory.ts'

/**
 * Who takes part in the worked scenario: fictional offices and people. The bodies of the directory are made from
 * these charts; keys are drawn for each home.
 */

/** National anchors, and how many of them sign the genesis. */
export const ANCHORS = ['DZ', 'ES', 'FR', 'IT', 'ML', 'NE', 'NL', 'PT', 'SN'] as const
export const THRESHOLD = 5

/** Before the scenario begins; without an end, so that the demo works today. */
const SINCE = '2010-01-01'

type OfficeKind = OfficeBody['kind']
type Row = [kind: OfficeKind, parent: string | null, en: string, fr: string]

const OFFICE_ROWS: Record<string, Row> = {
  'dz-dgsn': ['POLICE', null, 'Algeria, police focal point', 'Algérie, point focal police'],
  'es-fiscalia': [
    'PROSECUTION',
    null,
    'Spain, specialised prosecution office',
    'Espagne, parquet spécialisé',
  ],
  'es-ucrif': ['POLICE', null, 'Spain, police focal point', 'Espagne, point focal police'],
  'fr-ocriest': ['POLICE', null, 'France, police focal point', 'France, point focal police'],
  'it-audit': ['AUDITOR', null, 'Italy, data-protection auditor', 'Italie, autorité de contrôle des données'],
  'it-dda-palermo': ['PROSECUTION', null, 'Italy, prosecution office, Palermo', 'Italie, parquet de Palerme'],
  'it-sco': ['POLICE', null, 'Italy, police focal point', 'Italie, point focal police'],
  'ml-dnlt': ['POLICE', null, 'Mali, police focal point', 'Mali, point focal police'],
  'ne-audit': ['AUDITOR', null, 'Niger, data-protection auditor', 'Niger, autorité de contrôle des données'],
  'ne-dst': ['POLICE', null, 'Niger, police focal point', 'Niger, point focal police'],
  'ne-dst-agadez': ['POLICE', 'ne-dst', 'Niger, Agadez region', 'Niger, région d’Agadez'],
  'ne-pole': [
    'PROSECUTION',
    null,
    'Niger, specialised prosecution office',
    'Niger, pôle judiciaire spécialisé',
  ],
  'ne-protection': ['PARTNER', null, 'Niger, protection partner', 'Niger, partenaire de protection'],
  'nl-liaison': ['LIAISON', null, 'Liaison office, The Hague', 'Bureau de liaison, La Haye'],
  'pt-observatory': ['OBSERVATORY', null, 'Portugal, observatory', 'Portugal, observatoire'],
  'sn-dpaf': ['POLICE', null, 'Senegal, police focal point', 'Sénégal, point focal police'],
}

type Held = [role: AssignmentBody['role'], from?: string, to?: string]

/** Each person's id starts with the office where he began. A `to` in the past: he left. */
const PERSON_ROWS: Record<string, Held> = {
  'dz-dgsn.nadia': ['FOCAL_POINT'],
  'dz-dgsn.yacine': ['ANALYST', '2014-05-01'],
  'es-fiscalia.elena': ['PROSECUTOR'],
  'es-ucrif.carmen': ['FOCAL_POINT'],
  'es-ucrif.javier': ['ANALYST', '2015-02-01'],
  'fr-ocriest.claire': ['FOCAL_POINT', '2014-09-01'],
  'fr-ocriest.julien': ['ANALYST', '2016-12-01'],
  'it-audit.giulia': ['AUDITOR'],
  'it-dda-palermo.lucia': ['PROSECUTOR'],
  'it-sco.marco': ['ANALYST'],
  'it-sco.paola': ['FOCAL_POINT'],
  'ml-dnlt.fatoumata': ['FOCAL_POINT', '2013-01-01'],
  'ml-dnlt.oumar': ['ANALYST', '2014-03-01'],
  // Fatoumata's predecessor: persons come and go, the office stays.
  'ml-dnlt.seydou': ['FOCAL_POINT', SINCE, '2013-01-31'],
  'ne-audit.mariama': ['AUDITOR'],
  'ne-dst.aicha': ['FOCAL_POINT'],
  'ne-dst.ibrahim': ['ANALYST', '2014-01-01'],
  // Suspected of warning drivers: what concerns that suspicion excludes him, in his own office.
  'ne-dst.salif': ['ANALYST'],
  'ne-dst-agadez.hamani': ['FOCAL_POINT', SINCE, '2012-12-31'],
  'ne-dst-agadez.rabi': ['FOCAL_POINT', '2012-12-31'],
  'ne-pole.halima': ['PROSECUTOR', '2015-06-01'],
  'ne-protection.zara': ['PARTNER', '2014-01-01'],
  'nl-liaison.pieter': ['LIAISON'],
  'pt-observatory.teresa': ['OBSERVER', '2014-01-01'],
  'sn-dpaf.awa': ['FOCAL_POINT'],
  'sn-dpaf.moustapha': ['FOCAL_POINT', SINCE, '2012-12-31'],
}

export const officeOf = (person: string): string => person.split('.')[0]!
export const countryOf = (office: string): string => office.slice(0, 2).toUpperCase()

export const OFFICES: Omit<OfficeBody, 'key'>[] = Object.entries(OFFICE_ROWS).map(
  ([office, [kind, parent, en, fr]]) => ({
    type: 'office',
    office,
    country: countryOf(office),
    kind,
    parent,
    name: { en, fr },
    from: SINCE,
    to: null,
  }),
)

export const PERSONS: Omit<PersonBody, 'key'>[] = Object.keys(PERSON_ROWS).map((person) => ({
  type: 'person',
  person,
  country: countryOf(person),
}))

export const ASSIGNMENTS: AssignmentBody[] = Object.entries(PERSON_ROWS).map(
  ([person, [role, from = SINCE, to = null]]) => ({
    type: 'assignment',
    assignment: `${person}.1`,
    person,
    office: officeOf(person),
    role,
    from,
    to,
  }),
)

/** The police-led team runs on; the judicial one has ended, and opens nothing any more. */
export const TEAMS: TeamBody[] = [
  {
    type: 'team',
    team: 'eci-niger',
    name: { en: 'Joint investigation team, Niger', fr: 'Équipe conjointe d’investigation, Niger' },
    kind: 'POLICE',
    signatories: ['es-ucrif', 'fr-ocriest', 'ne-dst'],
    members: [
      'es-ucrif.carmen',
      'fr-ocriest.claire',
      'fr-ocriest.julien',
      'ne-dst-agadez.rabi',
      'ne-dst.aicha',
      'ne-dst.ibrahim',
    ],
    from: '2016-12-01',
    to: null,
  },
  {
    type: 'team',
    team: 'jit-central-sea',
    name: { en: 'Judicial team, central sea crossing', fr: 'Équipe judiciaire, traversée centrale' },
    kind: 'JUDICIAL',
    signatories: ['es-fiscalia', 'it-dda-palermo'],
    members: ['es-fiscalia.elena', 'it-dda-palermo.lucia'],
    from: '2016-02-01',
    to: '2018-01-31',
  },
]
