import { Fault } from '../../schema/wire/fault.ts'
import { say } from '../../schema/words/index.ts'
import type { MapLeg } from '../picture/map-legs.ts'
import type { MapPlace, Position } from '../picture/map-places.ts'
import { isFirm } from '../picture/network-lines.ts'
import { called, NODE, type Node } from './claims.ts'
import type { Command } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'
import { askAll, PICTURE_FILE, pictureFile, type Restricted, stampOf, writePicture } from './picture-file.ts'
import type { Shell } from './shell.ts'

type Claim = Restricted & { id: string; source: string; information: string; basis: string }
type Tie = Claim & { type: string; from: Node; to: Node }
type LegSays = Claim & {
  observedTo: string | null
  means: string[] | null
  status: string | null
  lawful: boolean | null
}
type Leg = Node & { relations: Tie[]; descriptions: LegSays[] }
type Route = Node & {
  descriptions: Restricted[]
  legs: { position: number | null; leg: Leg }[]
  relations: Tie[]
}
type PlaceSays = Claim & { latitude: number | null; longitude: number | null; precision: number | null }
type Place = Node & { descriptions: PlaceSays[] }

const CLAIM = 'id source information basis handling sensitivity'
const TIE = `{ ${CLAIM} type from ${NODE} to ${NODE} }`
const LEG = `{ id kind label relations ${TIE} descriptions { ${CLAIM} observedTo ... on LegDescription { means status lawful } } }`
const ROUTE = `{ id kind label descriptions { handling sensitivity } relations ${TIE} legs { position leg ${LEG} } }`
const PLACE = `{ id kind label descriptions { ${CLAIM} ... on PlaceDescription { latitude longitude precision } } }`

export const pictureMap: Command = {
  name: 'picture map',
  about: 'cli.aboutPictureMap',
  args: ['<name-or-id>'],
  options: [...PICTURE_FILE, AS_OF],
  examples: [{ line: 'picture map Agadez-Sabha --out map.svg', about: 'cli.tryPictureMap' }],
  async run(shell, [name], options) {
    const { language } = shell
    const file = await pictureFile(shell, options)
    const { asOf } = moment(shell, options)
    const found = await mapped(shell, name!, asOf)
    const { legs, places, claims, centre, isCut } = found
    // Read only here: the outlines of the world would slow every other command down.
    const { drawMap } = await import('../picture/map.ts')
    const svg = drawMap({
      ...{
        language,
        title: say(language, 'picture.routeTitle', { name: called(centre) }),
        legs,
        places,
        isCut,
      },
      stamp: await stampOf(shell, options, claims),
    })
    await writePicture(shell, options, file, svg)
    const without = places.filter(({ positions }) => positions.length === 0).map(called)
    shell.show({ file, legs: legs.length, places: places.length, withoutPosition: without }, () =>
      shell.line(say(language, 'cli.pictureWritten', { file })),
    )
  },
}

type Found = { centre: Node; legs: MapLeg[]; places: MapPlace[]; claims: Restricted[]; isCut: boolean }

/** The legs of a route, or those that a network operates, with where they begin and end. */
async function mapped(shell: Shell, name: string, asOf: string | null): Promise<Found> {
  const { centre, routes, own, claims, isCut } = await operated(shell, name, asOf)
  const day = (asOf ?? new Date((await shell.link()).now()).toISOString()).slice(0, 10)
  const legs = [
    ...routes.flatMap((route) =>
      route.legs.map(({ position, leg }) => legOf(leg, { route: called(route), position, day })),
    ),
    ...own.map((leg) => legOf(leg, { route: '', position: null, day })),
  ]
  const all = [...routes.flatMap((route) => route.legs.map(({ leg }) => leg)), ...own]
  const ids = [...new Set(legs.flatMap(({ from, to }) => [...from, ...to]))].sort()
  const places = await askAll<Place>(
    shell,
    ids.map((id) => `place(id: ${JSON.stringify(id)}, asOf: $asOf) ${PLACE}`),
    { asOf },
  )
  const known = places.filter((one) => one !== null)
  return {
    ...{ centre, legs, places: known.map(placeOf), isCut },
    claims: [
      ...claims,
      ...routes.flatMap((one) => [
        ...one.descriptions,
        ...one.relations.filter(({ type }) => type === 'HAS_LEG'),
      ]),
      ...all.flatMap((one) => [...one.descriptions, ...one.relations.filter(isEnd)]),
      ...known.flatMap((one) => one.descriptions),
    ],
  }
}

type Operated = { centre: Node; routes: Route[]; own: Leg[]; claims: Restricted[]; isCut: boolean }

async function operated(shell: Shell, name: string, asOf: string | null): Promise<Operated> {
  const { id, kind } = await named(shell, name, ['ROUTE', 'NETWORK'])
  const key = JSON.stringify(id)
  const absent = new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
  if (kind !== 'NETWORK') {
    const [route] = await askAll<Route>(shell, [`route(id: ${key}, asOf: $asOf) ${ROUTE}`], { asOf }, 1)
    if (route) return { centre: route, routes: [route], own: [], claims: [], isCut: false }
    if (kind === 'ROUTE') throw absent
  }
  const fields = `{ id kind label more descriptions { handling sensitivity } operates ${TIE} }`
  type Network = Node & { more: boolean; descriptions: Restricted[]; operates: Tie[] }
  const [network] = await askAll<Network>(shell, [`network(id: ${key}, asOf: $asOf) ${fields}`], { asOf })
  if (!network) throw absent
  const of = (wanted: string) => [
    ...new Set(network.operates.flatMap(({ to }) => (to.kind === wanted ? [to.id] : []))),
  ]
  const asked = (field: string, more: string) => (one: string) =>
    `${field}(id: ${JSON.stringify(one)}, asOf: $asOf) ${more}`
  const routes = await askAll<Route>(shell, of('ROUTE').map(asked('route', ROUTE)), { asOf }, 1)
  const own = await askAll<Leg>(shell, of('LEG').map(asked('leg', LEG)), { asOf }, 5)
  return {
    ...{ centre: network, isCut: network.more },
    routes: routes.filter((one) => one !== null),
    own: own.filter((one) => one !== null),
    claims: [...network.descriptions, ...network.operates],
  }
}

const isEnd = ({ type }: Tie): boolean => type === 'DEPARTS_FROM' || type === 'ARRIVES_AT'

type Where = { route: string; position: number | null; day: string }

/** A leg in its state on a day: its descriptions that have not ended, or all where every one has. */
function legOf({ id, label, relations, descriptions }: Leg, { route, position, day }: Where): MapLeg {
  const ends = (type: string) => [
    ...new Set(relations.filter((one) => one.type === type).map(({ to }) => to.id)),
  ]
  const current = descriptions.filter(({ observedTo }) => observedTo === null || observedTo >= day)
  const said = current.length > 0 ? current : descriptions
  return {
    ...{ id, label, route, position, from: ends('DEPARTS_FROM'), to: ends('ARRIVES_AT') },
    means: [...new Set(said.flatMap(({ means }) => means ?? []))].sort(),
    statuses: [...new Set(said.flatMap(({ status }) => status ?? []))].sort(),
    isLawful: said.some(({ lawful }) => lawful === true),
    gradings: said.map(({ source, information }) => `${source}${information.slice(1)}`),
    isFirm: said.some(isFirm),
  }
}

function placeOf({ id, label, descriptions }: Place): MapPlace {
  const positions = descriptions.flatMap(({ latitude, longitude, ...one }): Position[] =>
    latitude === null || longitude === null ? [] : [{ ...one, latitude, longitude }],
  )
  return { id, label, positions }
}
