import { REFUSAL_REASONS, type RefusalReason } from '../../schema/wire/codes.ts'
import { say } from '../../schema/words/index.ts'
import { chosen } from './choices.ts'
import type { Command } from './command.ts'
import { HIT, type Hit, hitOf, refuseHit, showHits } from './hits.ts'
import { refuseNotice } from './message-reply.ts'
import { more, PAGE, pageOf } from './page.ts'
import { Usage } from './terminal.ts'

const HITS = `query matchHits($first: Int, $after: String) {
  hits(first: $first, after: $after) { totalCount hasNextPage endCursor nodes ${HIT} } }`
const ANNOUNCE = `mutation matchHitAnnounce($id: ID!) { announceHit(id: $id) ${HIT} }`

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
    const reason = chosen(shell, options, 'reason', REFUSAL_REASONS)?.[0] as RefusalReason | undefined
    if (!reason) throw new Usage(say(shell.language, 'cli.missingOption', { option: '--reason' }))
    const before = await hitOf(shell, id!)
    const hit = await refuseHit(shell, id!, reason)
    // Whoever wrote is told where he wrote as well, once.
    if (before.refused !== reason) await refuseNotice(shell, hit, reason)
    shell.show(hit, () => showHits(shell, [hit]))
  },
}
