import { type HitRow, matchAnnounce, matchHit, matchHits, matchRefuse } from '../../cypher/match/match.ts'
import type { Statement } from '../../cypher/statement.ts'
import type { MatchDesk, ShownHit } from '../../schema/context.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Clock } from '../clock.ts'
import { ownCard } from '../exchange/cards.ts'
import { changeOf, committed } from '../outbox.ts'
import type { DeskParts, DeskRequest } from '../report/acts.ts'
import type { Matching } from './batch.ts'
import { sideKey } from './sides.ts'
import { ownNetwork } from './structure-desk.ts'
import { checkUnprotected } from './tokens.ts'

export type HitParts = DeskParts & { matching: Pick<Matching, 'tell'>; clock: Clock }

/** The hits that the caller's own office was told of, and what it does about one. */
export function hitDesk(
  parts: HitParts,
  request: DeskRequest,
): Pick<MatchDesk, 'hits' | 'hit' | 'announce' | 'refuse'> {
  const { caller, ask } = request
  const { office } = caller
  const own = (id: string) => ownHit(request, id)
  const inTurn = (id: string, work: () => Promise<void>) =>
    parts.queues.inTurn(`hit ${id}`, async () => {
      await work()
      return own(id)
    })

  return {
    async hits(page) {
      const rows = await ask(matchHits, { office, ...page })
      return {
        total: rows[0]?.total ?? 0,
        rows: rows.flatMap((row) => (row.id === null ? [] : [row as HitRow])),
      }
    },
    hit: async (id) => (await ask(matchHit, { id, office }))[0] ?? null,
    announce: (id) =>
      inTurn(id, async () => {
        const { announced, refused, card, network } = await own(id)
        if (announced && !refused) return
        if (card) await checkUnprotected(request, (await ownCard(request, card)).entity)
        if (network) await ownNetwork(request, network)
        await changed(parts, request, matchAnnounce, id, { at: parts.clock() })
      }),
    refuse: (id, reason) =>
      inTurn(id, async () => {
        if ((await own(id)).refused !== reason) await changed(parts, request, matchRefuse, id, { reason })
      }),
  }
}

async function changed(
  { graph, matching }: HitParts,
  { caller, record }: DeskRequest,
  statement: Statement,
  id: string,
  what: object,
): Promise<void> {
  record.statements.set(statement.name, statement.digest)
  const change = changeOf(record, [id])
  await graph.write(statement, { rows: [{ key: sideKey(id, caller.office), ...what }] }, 30_000, [change])
  committed(record, change)
  // What a crash leaves untold the next batch tells.
  void matching.tell()
}

/** A hit of the caller's own office. Hidden, absent and foreign hits are one fault. */
export async function ownHit({ ask, caller }: DeskRequest, id: string): Promise<ShownHit> {
  const [row] = await ask(matchHit, { id, office: caller.office })
  if (row) return row
  throw new Fault('NOT_FOUND', 'expected a hit of your office', { path: ['id'] })
}
