import { entityOpen, SAID_ALONE } from '../../cypher/entity/entity.ts'
import { matchChoose, matchLapsed, matchPlace } from '../../cypher/match/match.ts'
import type { MatchDesk } from '../../schema/context.ts'
import { sha256 } from '../../schema/wire/canonical.ts'
import { isProtected } from '../../schema/wire/card.ts'
import type { MatchChoice, SelectorType } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { TokensInput } from '../../schema/wire/match.ts'
import { IdempotencyKey } from '../../schema/wire/report.ts'
import { ownCard } from '../exchange/cards.ts'
import { changeOf, committed } from '../outbox.ts'
import { parsed } from '../parsed.ts'
import { scopeFor } from '../policy.ts'
import { type Acts, actsFor, type DeskParts, type DeskRequest, type Doing } from '../report/acts.ts'

type Given = { type: SelectorType; token: string }

/** What equal tokens of one type and epoch have in common, and no others: it stands in the graph in the token's place. */
export const tokenOf = (epoch: number, { type, token }: Given): string =>
  sha256(`portolan.token.1\n${epoch}\n${type}\n${token}`).toString('hex')

/** Puts the tokens of the caller's own cards on watch, each act once. */
export function tokenDesk(
  parts: DeskParts,
  request: DeskRequest,
): Pick<MatchDesk, 'place' | 'choose' | 'lapsed'> {
  const { compartments, queues } = parts
  const { caller } = request
  const acts = actsFor(parts, request)
  const once = (kind: Doing['kind'], key: string, card: string, body: object, work: Work) =>
    acts.once(kind, parsed(IdempotencyKey, key, ['key']), body, (doing) =>
      queues.inTurn(`card ${card}`, async () => {
        await work(doing)
        return { report: null, ids: [], replayed: false }
      }),
    )
  return {
    async place(key, input) {
      scopeFor(matchPlace, caller, compartments, 0)
      const given = parsed(TokensInput, input, ['input'])
      const { card } = given
      const { replayed } = await once('CARD_TOKENS', key, card, given, (doing) =>
        placed(parts, request, acts, doing, given),
      )
      return { card, replayed }
    },
    async choose(key, card, choice) {
      scopeFor(matchChoose, caller, compartments, 0)
      const { replayed } = await once('CARD_CHOICE', key, card, { card, choice }, (doing) =>
        chosen(parts, request, acts, doing, { card, choice }),
      )
      return { card, replayed }
    },
    lapsed: (page) => request.ask(matchLapsed, { office: caller.office, ...page }),
  }
}

type Work = (doing: Doing) => Promise<void>

async function placed(
  { writer }: DeskParts,
  request: DeskRequest,
  acts: Acts,
  doing: Doing,
  given: TokensInput,
): Promise<void> {
  const { caller, record } = request
  const { card, epoch, choice } = given
  const { entity, version } = await ownCard(request, card)
  if (version !== given.version)
    throw new Fault('BAD_INPUT', `expected version ${version}, which stands`, { path: ['input', 'version'] })
  await checkUnprotected(request, entity)
  record.statements.set(matchPlace.name, matchPlace.digest)
  const change = changeOf(record, [card])
  await writer.write(matchPlace, card, [change], (stamp) => ({
    ...{ act: acts.act(doing, stamp, { report: card, chain: card }), card, epoch },
    tokens: eachOnce(given).map((one, nth) => ({
      ...{ key: `${card}.${stamp.version}.${nth}`, card, entity, office: caller.office, epoch },
      ...{ ...one, choice, fresh: true },
    })),
  }))
  committed(record, change)
}

async function chosen(
  { latch, writer }: DeskParts,
  request: DeskRequest,
  acts: Acts,
  doing: Doing,
  { card, choice }: { card: string; choice: MatchChoice },
): Promise<void> {
  const { record } = request
  await ownCard(request, card)
  record.statements.set(matchChoose.name, matchChoose.digest)
  const change = changeOf(record, [card])
  // No batch is under way meanwhile: none goes by what was chosen before.
  await latch.alone(() =>
    writer.write(matchChoose, card, [change], (stamp) => ({
      ...{ act: acts.act(doing, stamp, { report: card, chain: card, reason: choice }), card, choice },
    })),
  )
  committed(record, change)
}

/** The tokens as the graph keeps them, without those that a card gives twice. */
function eachOnce({ epoch, tokens }: TokensInput): { type: SelectorType; token: string }[] {
  const held = new Map(tokens.map((one) => [tokenOf(epoch, one), one.type]))
  return [...held].map(([token, type]) => ({ type, token }))
}

/** Law 6: by one claim that the caller sees, nobody asks or is told of somebody who is protected. */
export async function checkUnprotected({ ask }: DeskRequest, entity: string): Promise<void> {
  const [found] = await ask(entityOpen, { ids: [entity], ...SAID_ALONE })
  if (!found)
    throw new Fault('BAD_REFERENCE', 'expected a card about what you may see', { path: ['input', 'card'] })
  if (found.said.some((said) => isProtected(said)))
    throw new Fault('PROTECTED_PERSON', 'expected a card about nobody who is protected', {
      path: ['input', 'card'],
    })
}
