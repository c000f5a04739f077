import type {
  NetworkThreat,
  ThreatFigure,
  ThreatPictureResult,
} from '../../../schema/analysis/threat-picture.ts'
import type { ThreatPictureQuestion } from '../../../schema/wire/analysis/threat-picture.ts'
import { THREAT_INDICATORS, type ThreatIndicator } from '../../../schema/wire/codes.ts'
import type { Watch } from '../../analysis/watch.ts'
import { entityNumber } from '../ground.ts'
import { within } from '../progress.ts'
import type { Projection } from '../projection.ts'
import { protectedActors } from '../protected.ts'
import { newIncidents, peopleFound } from '../threat/incidents.ts'
import { facetsFound, feesFound, linksFound } from '../threat/means.ts'
import { membersFound } from '../threat/members.ts'
import { reachOf } from '../threat/reach.ts'
import { resilienceOf } from '../threat/resilience.ts'
import { restrictionsOf } from '../threat/restrictions.ts'
import { type Found, Lookup } from '../threat/said.ts'
import type { About } from '../threat/threat.ts'
import type { Told } from '../told.ts'

const [TRAFFICKING, CORRUPTION] = ['LNK_01', 'LNK_11']

/** See `ThreatPictureQuestion`. Throws NOT_FOUND for a network that is not in the view. */
export async function threatPicture(
  view: Projection,
  told: Told,
  asked: ThreatPictureQuestion,
  watch: Watch,
): Promise<ThreatPictureResult> {
  const shared = { view, told, lookup: new Lookup(view), isProtected: protectedActors(view) }
  const wanted = asked.networks.map((id) => entityNumber(view, id, 'NETWORK'))
  const networks: NetworkThreat[] = []
  for (const [at, network] of wanted.entries()) {
    const part = within(watch, at / wanted.length, (at + 1) / wanted.length)
    networks.push(await threatOf({ ...shared, network }, asked, part))
  }
  watch.progress?.(1)
  return { kind: 'threatPicture', networks }
}

async function threatOf(about: About, asked: ThreatPictureQuestion, watch: Watch): Promise<NetworkThreat> {
  const { told, network } = about
  const { rounds, found } = await indicatorsOf(about, asked, watch)
  return {
    network: told.node(network),
    leftOut: protectedMembers(about),
    rounds,
    ...restrictionsOf(about.view, Object.values(found)),
    indicators: THREAT_INDICATORS.map((indicator) => figureOf(indicator, found[indicator], asked.most, told)),
  }
}

/** Only what is said of the network itself: what its members did elsewhere, or others on its routes, is not its doing. */
async function indicatorsOf(
  about: About,
  asked: ThreatPictureQuestion,
  watch: Watch,
): Promise<{ rounds: number; found: Record<ThreatIndicator, Found> }> {
  const { found: reach, legs } = reachOf(about)
  const resilience = await resilienceOf(about, asked, watch)
  const found = {
    ...reach,
    ...membersFound(about),
    ...resilience.found,
    HARMS: facetsFound(about, ['HRM']),
    DEAD: peopleFound(about, 'dead'),
    MISSING: peopleFound(about, 'missing'),
    INJURED: peopleFound(about, 'injured'),
    CORRUPTION: facetsFound(about, ['COR']),
    CORRUPTION_LINKS: linksFound(about, (code) => code === CORRUPTION, 'link'),
    // Trafficking is another offence than smuggling, and is counted with nothing else.
    TRAFFICKING_LINKS: linksFound(about, (code) => code === TRAFFICKING, 'link'),
    LINKED_CRIMES: linksFound(about, (code) => code !== TRAFFICKING && code !== CORRUPTION, 'code'),
    FEES: feesFound(about, legs),
    PAYMENT: facetsFound(about, ['PAY', 'MON']),
    NEW_INCIDENTS: newIncidents(about),
  }
  return { rounds: resilience.rounds, found }
}

function protectedMembers({ view, lookup, network, isProtected }: About): number {
  const from = view.relations.columns.from!.numbers()
  const members = new Set(Array.from(lookup.rows('MEMBER_OF', 'to', network), (row) => from[row]!))
  return [...members].filter((actor) => isProtected[actor]).length
}

function figureOf(indicator: ThreatIndicator, found: Found, most: number, told: Told): ThreatFigure {
  const { value, low, high, unknown, parts, evidence } = found
  const { relations, descriptions } = evidence
  return {
    ...{ indicator, value, low, high, unknown },
    parts: parts.map((part) => ({
      code: part.code ?? null,
      year: part.year ?? null,
      node: part.entity === undefined ? null : told.node(part.entity),
      value: part.value,
      low: part.low,
      high: part.high,
    })),
    claimCount: relations.length + descriptions.length,
    relations: relations.slice(0, most).map((row) => told.relation(row)),
    descriptions: descriptions.slice(0, most).map(([kind, row]) => told.description(kind, row)),
  }
}
