import type { RefusalReason } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'

// Hits as the officer's own office was told of them.

export const HIT =
  '{ id type card network question found announced office refused theirRefusal proposed theirProposal same notice }'
const ONE = `query matchHit($id: ID!) { hit(id: $id) ${HIT} }`
const REFUSE = `mutation matchHitRefuse($id: ID!, $reason: RefusalReason!) {
  refuseHit(id: $id, reason: $reason) ${HIT} }`

export type Hit = {
  id: string
  type: string
  card: string | null
  network: string | null
  question: string | null
  found: string
  announced: boolean
  office: string | null
  refused: string | null
  theirRefusal: string | null
  proposed: boolean
  theirProposal: boolean
  /** The report that says so, once both proposed it. */
  same: string | null
  /** The newest message by which one gave the other notice. */
  notice: string | null
}

/** A hit of the officer's own office. @throws Fault NOT_FOUND */
export async function hitOf(shell: Shell, id: string): Promise<Hit> {
  const { hit } = await shell.ask<{ hit: Hit | null }>(ONE, { id })
  if (!hit) throw new Fault('NOT_FOUND', `expected a hit of your office, got ${id}`)
  return hit
}

export async function refuseHit(shell: Shell, id: string, reason: RefusalReason): Promise<Hit> {
  return (await shell.ask<{ refuseHit: Hit }>(REFUSE, { id, reason })).refuseHit
}

export function showHits(shell: Shell, hits: Hit[]): void {
  const { language } = shell
  const head = [
    say(language, 'cli.headHit'),
    say(language, 'cli.headIdentifier'),
    say(language, 'cli.headSeen'),
    say(language, 'cli.headOwnCard'),
    say(language, 'cli.headOffice'),
    say(language, 'cli.headState'),
  ]
  table(
    shell,
    head,
    hits.map((hit) => [
      hit.id,
      coded(language, 'HitType', hit.type),
      moment(language, new Date(hit.found)),
      hit.card ?? hit.network ?? hit.question ?? '',
      hit.office ?? say(language, 'cli.hitUnnamed'),
      stateOf(shell, hit),
    ]),
  )
}

function stateOf(
  { language }: Shell,
  { announced, refused, theirRefusal, proposed, theirProposal, same, notice }: Hit,
): string {
  const reason = (code: string) => coded(language, 'RefusalReason', code)
  return [
    announced ? say(language, 'cli.hitAnnounced') : say(language, 'cli.hitSilent'),
    ...(notice ? [say(language, 'cli.hitNotice', { message: notice })] : []),
    ...(same ? [say(language, 'cli.hitSame', { report: same })] : []),
    ...(proposed && !same ? [say(language, 'cli.hitProposed')] : []),
    ...(theirProposal && !same ? [say(language, 'cli.hitTheirProposal')] : []),
    ...(refused ? [say(language, 'cli.hitRefused', { reason: reason(refused) })] : []),
    ...(theirRefusal ? [say(language, 'cli.hitTheirRefusal', { reason: reason(theirRefusal) })] : []),
  ].join('\n')
}
