import { REFUSAL_REASONS } from '../../schema/wire/codes.ts'
import { moment, say } from '../../schema/words/index.ts'
import { chosen } from './choices.ts'
import { coded } from './claims.ts'
import type { Command } from './command.ts'
import { more, PAGE, pageOf } from './page.ts'
import type { Shell } from './shell.ts'
import { table } from './table.ts'
import { Usage } from './terminal.ts'

export const HIT =
  '{ id type card network question found announced office refused theirRefusal proposed theirProposal same }'
const HITS = `query matchHits($first: Int, $after: String) {
  hits(first: $first, after: $after) { totalCount hasNextPage endCursor nodes ${HIT} } }`
const ANNOUNCE = `mutation matchHitAnnounce($id: ID!) { announceHit(id: $id) ${HIT} }`
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
}
type Page = { totalCount: number; hasNextPage: boolean; endCursor: string | null; nodes: Hit[] }

export const matchHits: Command = {
  name: 'match hits',
  about: 'cli.aboutMatchHits',
  options: PAGE,
  examples: [{ line: 'match hits', about: 'cli.tryMatchHits' }],
  async run(shell, _, options) {
    const { first, after } = pageOf(shell, options)
    const { hits } = await shell.ask<{ hits: Page }>(HITS, { first, after })
    shell.show(hits, () => {
      showHits(shell, hits.nodes)
      more(shell, hits)
    })
  },
}

export const matchHitAnnounce: Command = {
  name: 'match hit announce',
  about: 'cli.aboutMatchHitAnnounce',
  args: ['<id>'],
  examples: [{ line: 'match hit announce 4t2m…', about: 'cli.tryMatchHitAnnounce' }],
  async run(shell, [id]) {
    const { announceHit } = await shell.ask<{ announceHit: Hit }>(ANNOUNCE, { id })
    shell.show(announceHit, () => showHits(shell, [announceHit]))
  },
}

export const matchHitRefuse: Command = {
  name: 'match hit refuse',
  about: 'cli.aboutMatchHitRefuse',
  args: ['<id>'],
  options: [{ flags: '--reason <code>', about: 'cli.optRefusal' }],
  examples: [
    { line: 'match hit refuse 4t2m… --reason ONGOING_INVESTIGATION', about: 'cli.tryMatchHitRefuse' },
  ],
  async run(shell, [id], options) {
    const reason = chosen(shell, options, 'reason', REFUSAL_REASONS)?.[0]
    if (!reason) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--reason' }))
    const { refuseHit } = await shell.ask<{ refuseHit: Hit }>(REFUSE, { id, reason })
    shell.show(refuseHit, () => showHits(shell, [refuseHit]))
  },
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
  { announced, refused, theirRefusal, proposed, theirProposal, same }: Hit,
): string {
  const reason = (code: string) => coded(language, 'RefusalReason', code)
  return [
    announced ? say(language, 'cli.hitAnnounced') : say(language, 'cli.hitSilent'),
    ...(same ? [say(language, 'cli.hitSame', { report: same })] : []),
    ...(proposed && !same ? [say(language, 'cli.hitProposed')] : []),
    ...(theirProposal && !same ? [say(language, 'cli.hitTheirProposal')] : []),
    ...(refused ? [say(language, 'cli.hitRefused', { reason: reason(refused) })] : []),
    ...(theirRefusal ? [say(language, 'cli.hitTheirRefusal', { reason: reason(theirRefusal) })] : []),
  ].join('\n')
}
