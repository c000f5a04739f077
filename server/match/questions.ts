import { matchAnswer, matchAsk } from '../../cypher/match/match.ts'
import type { MatchDesk, ShownAnswer } from '../../schema/context.ts'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MatchInput } from '../../schema/wire/match.ts'
import type { Purpose } from '../../schema/wire/purpose.ts'
import { IdempotencyKey } from '../../schema/wire/report.ts'
import type { Clock } from '../clock.ts'
import { reachOfMessage } from '../exchange/desk.ts'
import { changeOf, committed } from '../outbox.ts'
import { scopeFor } from '../policy.ts'
import type { DeskParts, DeskRequest } from '../report/acts.ts'
import { parsed } from './parsed.ts'
import type { Permits } from './permits.ts'
import { ANSWER_LIFE, MINUTE } from './times.ts'
import { tokenOf } from './tokens.ts'

export type QuestionParts = DeskParts & { permits: Permits; clock: Clock }

/** Questions of the caller's own office, and what came of them. */
export function questionDesk(
  parts: QuestionParts,
  request: DeskRequest,
  purpose: Purpose | undefined,
): Pick<MatchDesk, 'ask' | 'answer'> {
  const { clock, compartments, ids, queues } = parts
  const { ask, caller } = request
  const { office, person } = caller
  return {
    async ask(key, input) {
      scopeFor(matchAsk, caller, compartments, 0)
      parsed(IdempotencyKey, key, ['key'])
      const asked = parsed(MatchInput, input, ['input'])
      // Law 3: the record says for which case it is, and the graph does not.
      if (purpose?.case !== asked.case)
        throw new Fault('PURPOSE_REQUIRED', 'expected extensions.purpose with the case of the question')
      const id = ids.id('question', office, person, key)
      return queues.inTurn(`question ${id}`, () => kept(parts, request, id, asked))
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

/** Keeps a question for the next batch, once it is covered by permits. The same again is the same question. */
async function kept(
  { clock, compartments, directory, graph, permits }: QuestionParts,
  { ask, caller, record }: DeskRequest,
  id: string,
  asked: MatchInput,
): Promise<{ id: string; due: number }> {
  const { office, person } = caller
  const tokens = asked.tokens.map((one) => tokenOf(asked.epoch, one))
  if (new Set(tokens).size < tokens.length)
    throw new Fault('BAD_INPUT', 'expected each token once', { path: ['input', 'tokens'] })
  const body = sha256(canonical(asked as Json)).toString('hex')
  const [before] = await ask(matchAnswer, { id, office })
  if (before && before.body !== body)
    throw new Fault('IDEMPOTENCY_CONFLICT', 'expected a new key, got that of another question', {
      path: ['key'],
    })
  if (before) return { id, due: before.due }
  await permits.ask({ question: id, person, count: tokens.length })
  const compartment = await compartments.numberOf(reachOfMessage([office], directory))
  const due = (Math.floor(clock() / MINUTE) + 1) * MINUTE
  const types = asked.tokens.map(({ type }) => type)
  record.statements.set(matchAsk.name, matchAsk.digest)
  const change = changeOf(record, [id])
  const row = { id, body, office, compartment, due, types, tokens, open: true as const }
  await graph.write(matchAsk, { rows: [row] }, 30_000, [change])
  committed(record, change)
  return { id, due }
}
