import { INCIDENT_TYPES, type Kind } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { label, say } from '../../schema/words/index.ts'
import { drawActivity, type Intervention, type Series } from '../picture/activity.ts'
import { called, type Node } from './claims.ts'
import { type Command, type Options, text, texts } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'
import { askAll, PICTURE_FILE, pictureFile, type Restricted, stampOf, writePicture } from './picture-file.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

type Says = Restricted & { observedFrom: string | null; type: string | null }
type Incident = Node & { descriptions: Says[] }
type Happened = { centre: Node; incidents: Incident[]; claims: Restricted[] }

const INCIDENT =
  '{ id kind label descriptions { handling sensitivity observedFrom ... on IncidentDescription { type } } }'
const ENDS = '{ handling sensitivity type to { id kind label } }'

export const pictureActivity: Command = {
  name: 'picture activity',
  about: 'cli.aboutPictureActivity',
  args: ['<name-or-id>'],
  options: [
    ...PICTURE_FILE,
    { flags: '--from <day>', about: 'cli.optFrom' },
    { flags: '--to <day>', about: 'cli.optTo' },
    { flags: '--intervention <day=words>', about: 'cli.optIntervention', many: true },
    AS_OF,
  ],
  examples: [
    {
      line: 'picture activity Agadez --out activity.svg --intervention 2016-08-15=Controls',
      about: 'cli.tryPictureActivity',
    },
  ],
  async run(shell, [name], options) {
    const { language } = shell
    const interventions = interventionsIn(shell, options)
    const file = await pictureFile(shell, options)
    const { centre, incidents, claims } = await happened(shell, name!, options)
    const { series, undated, several } = counted(shell, incidents, options)
    const notes = [
      ...(undated > 0 ? [say(language, 'picture.undated', { count: undated })] : []),
      ...(several > 0 ? [say(language, 'picture.severalMonths', { count: several })] : []),
    ]
    const svg = drawActivity({
      ...{ language, title: say(language, 'picture.activityTitle', { name: called(centre) }), series },
      ...{ interventions, notes },
      stamp: await stampOf(shell, options, [...claims, ...incidents.flatMap((one) => one.descriptions)]),
    })
    await writePicture(shell, options, file, svg)
    shell.show({ file, series, undated, several }, () =>
      shell.line(say(language, 'cli.pictureWritten', { file })),
    )
  },
}

/** `2016-08-15=Controls`. Throws Usage for anything else. */
function interventionsIn(shell: Shell, options: Options): Intervention[] {
  return texts(options, 'intervention').map((given) => {
    const [, at, words] = /^(\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)=(.+)$/.exec(given) ?? []
    if (!at || !words)
      throw new Usage(say(shell.language, 'cli.badIntervention', { option: '--intervention' }))
    return { at, label: words }
  })
}

/** The incidents that a network is involved in, or that are located at a place, or at a place of a route. */
async function happened(shell: Shell, name: string, options: Options): Promise<Happened> {
  const { asOf } = moment(shell, options)
  const asked = await named(shell, name, ['NETWORK', 'ROUTE', 'PLACE'])
  const key = JSON.stringify(asked.id)
  const kinds: readonly Kind[] = asked.kind === null ? ['NETWORK', 'ROUTE', 'PLACE'] : [asked.kind]
  for (const kind of kinds) {
    const field = kind.toLowerCase()
    const more =
      kind === 'NETWORK'
        ? `incidents ${INCIDENT}`
        : kind === 'ROUTE'
          ? `legs { leg { relations ${ENDS} } }`
          : ''
    type Centre = Node & {
      descriptions: Restricted[]
      incidents?: Incident[]
      legs?: { leg: { relations: End[] } }[]
    }
    type End = Restricted & { type: string; to: Node }
    const question = `${field}(id: ${key}, asOf: $asOf) { id kind label descriptions { handling sensitivity } ${more} }`
    const [centre] = await askAll<Centre>(shell, [question], { asOf })
    if (!centre) continue
    if (centre.incidents) return { centre, incidents: centre.incidents, claims: centre.descriptions }
    const ends = (centre.legs ?? [])
      .flatMap(({ leg }) => leg.relations)
      .filter(({ to }) => to.kind === 'PLACE')
    const places = kind === 'PLACE' ? [centre.id] : [...new Set(ends.map(({ to }) => to.id))].sort()
    const incidents = await incidentsAt(shell, places, options)
    return { centre, incidents, claims: [...centre.descriptions, ...ends] }
  }
  throw new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
}

type Page = { hasNextPage: boolean; endCursor: string | null; edges: { node: Incident }[] }
const PAGE = `query pictureIncidents($place: ID, $from: Day, $to: Day, $after: String, $asOf: Time) {
  incidents(place: $place, from: $from, to: $to, first: 50, after: $after, asOf: $asOf) {
    hasNextPage endCursor edges { node ${INCIDENT} } } }`

/** Every incident at these places, each once. */
async function incidentsAt(shell: Shell, places: readonly string[], options: Options): Promise<Incident[]> {
  const found = new Map<string, Incident>()
  for (const place of places) {
    let after: string | null = null
    do {
      const span = { from: text(options, 'from') ?? null, to: text(options, 'to') ?? null }
      const variables: Record<string, unknown> = { place, ...span, after, ...moment(shell, options) }
      const { incidents }: { incidents: Page } = await shell.ask(PAGE, variables)
      for (const { node } of incidents.edges) found.set(node.id, node)
      after = incidents.hasNextPage ? incidents.endCursor : null
    } while (after !== null)
  }
  return [...found.values()]
}

/**
 * A series for each type of incident. An incident counts once: in its first month, where reports name several, and with
 * every type that is claimed of it, for claims that differ are not decided here.
 */
function counted(
  shell: Shell,
  incidents: readonly Incident[],
  options: Options,
): { series: Series[]; undated: number; several: number } {
  const [from, to] = [text(options, 'from') ?? '0000', text(options, 'to') ?? '9999']
  const months = new Map<string, { month: string; count: number }[]>()
  let [undated, several] = [0, 0]
  for (const { descriptions } of incidents) {
    const days = descriptions.flatMap(({ observedFrom }) => observedFrom ?? []).sort()
    const [first] = days
    if (first === undefined) {
      undated += 1
      continue
    }
    if (first < from || first > `${to}~`) continue
    if (new Set(days.map((day) => day.slice(0, 7))).size > 1) several += 1
    for (const type of new Set(descriptions.flatMap((one) => one.type ?? []))) {
      const all = months.get(type) ?? []
      all.push({ month: first.slice(0, 7), count: 1 })
      months.set(type, all)
    }
  }
  const series = INCIDENT_TYPES.flatMap((type): Series[] => {
    const own = months.get(type)
    return own ? [{ name: label(shell.language, 'IncidentType', type), months: own }] : []
  })
  return { series, undated, several }
}
