import { matchAnswer, matchAsk } from '../../cypher/match/match.ts'
import type { MatchDesk, ShownAnswer } from '../../schema/context.ts'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import type { HitType } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MatchInput } from '../../schema/wire/match.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { IdempotencyKey } from '../../schema/wire/report.ts'
import type { Clock } from '../clock.ts'
import { reachOfMessage } from '../exchange/desk.ts'
import { changeOf, committed } from '../outbox.ts'
import { parsed } from '../parsed.ts'
import { scopeFor } from '../policy.ts'
import type { DeskParts, DeskRequest } from '../report/acts.ts'
import type { Permits } from './permits.ts'
import { ANSWER_LIFE, MINUTE } from './times.ts'
import { tokenOf } from './tokens.ts'

type AskedFor = { types: HitType[]; tokens: string[]; network?: string; traits?: string[] }
export type QuestionParts = DeskParts & { permits: Permits; clock: Clock }

/** Questions of the caller's own office, and what came of them. */
export function questionDesk(
  parts: QuestionParts,
  request: DeskRequest,
  purpose: Purpose | undefined,
): Pick<MatchDesk, 'ask' | 'answer'> {
  const { clock, compartments, permits } = parts
  const { caller, ask } = request
  const { office } = caller
  return {
    async ask(key, input) {
      scopeFor(matchAsk, caller, compartments, 0)
      const asked = parsed(MatchInput, input, ['input'])
      checkCase(purpose, asked.case)
      const tokens = asked.tokens.map((one) => tokenOf(asked.epoch, one))
      if (new Set(tokens).size < tokens.length)
        throw new Fault('BAD_INPUT', 'expected each token once', { path: ['input', 'tokens'] })
      return keepQuestion(parts, request, { key, asked: asked as Json }, async (question) => {
        await permits.ask({ question, person: caller.person, count: tokens.length })
        return { types: asked.tokens.map(({ type }) => type), tokens }
      })
    },
    async answer(id) {
      const [row] = await ask(matchAnswer, { id, office })
      if (!row || row.due < clock() - ANSWER_LIFE) return null
      const { due, answered, types, hits } = row
      const answers = types.map((type, place): ShownAnswer['answers'][number] => ({
        type,
        hits: hits.flatMap(([at, hit, other]) => (at === place ? [{ id: hit, office: other }] : [])),
      }))
      return { id, due, state: answered ? 'ANSWERED' : 'PENDING', answers: answered ? answers : [] }
    },
  }
}

/** Law 3: the record says for which case it is, and the graph does not. */
export function checkCase(purpose: Purpose | undefined, named: string): void {
  if (purpose?.case !== named)
    throw new Fault('PURPOSE_REQUIRED', 'expected extensions.purpose with the case of the question')
}

/** Keeps a question until its batch, once under its key. `what` counts it and says what is asked. */
export function keepQuestion(
  { clock, compartments, directory, graph, ids, queues }: QuestionParts,
  { caller, ask, record }: DeskRequest,
  { key, asked }: { key: string; asked: Json },
  what: (id: string, hash: string) => Promise<AskedFor>,
): Promise<{ id: string; due: number }> {
  const { office, person } = caller
  parsed(IdempotencyKey, key, ['key'])
  const id = ids.id('question', office, person, key)
  const body = sha256(canonical(asked)).toString('hex')
  return queues.inTurn(`question ${id}`, async () => {
    const [before] = await ask(matchAnswer, { id, office })
    if (before && before.body !== body)
      throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new key, got that of another question', {
        path: ['key'],
      })
    if (before) return { id, due: before.due }
    const askedFor = await what(id, body)
    const compartment = await compartments.numberOf(reachOfMessage([office], directory))
    const due = (Math.floor(clock() / MINUTE) + 1) * MINUTE
    record.statements.set(matchAsk.name, matchAsk.digest)
    const change = changeOf(record, [id])
    const row = { id, body, office, compartment, due, ...askedFor, open: true as const }
    await graph.write(matchAsk, { rows: [row] }, 30_000, [change])
    committed(record, change)
    return { id, due }
  })
}
