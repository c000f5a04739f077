import sodium from 'libsodium-wrappers-sumo'
import { z } from 'zod'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { Fault, type FaultDetail, faultOf } from '../../schema/wire/fault.ts'
import { MatchKey, Octets32 } from '../../schema/wire/match.ts'
import { checkDealt, deal, joinShares, jointKeys, publicKeyOf } from '../core/oprf/voprf.ts'
import { isSignedBy, type Member, type Roster, signed } from './roster.ts'
import { bytes, textOf } from './vault.ts'

// How evaluators come to hold shares of a key that never exists anywhere. First all publish a hash of what they dealt; only
// when everybody has everybody's hash does anybody show it. So none can choose his part after seeing the others'. Whoever
// deals wrongly is named, and the ceremony begins anew without him: nothing of it is used.

const Hex = z.string().regex(/^[0-9a-f]{64}$/)
const Index = z.int().min(1).max(255)
const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/)

/** The first file of a ceremony: the hash of what this evaluator dealt. */
export const Deal = z.strictObject({
  format: z.literal('portolan.deal.1'),
  roster: Hex,
  index: Index,
  commitment: Hex,
  signature: Signature,
})
export type Deal = z.infer<typeof Deal>

const Shown = z.strictObject({
  commitments: z.array(Octets32).min(2).max(255),
  possession: z.strictObject({ c: Octets32, s: Octets32 }),
})

/** The second: what it dealt, to each evaluator its share, which only that one opens. `deals` is the hash of all first files. */
export const Reveal = z.strictObject({
  format: z.literal('portolan.reveal.1'),
  roster: Hex,
  index: Index,
  deals: Hex,
  ...Shown.shape,
  shares: z
    .array(z.strictObject({ to: Index, sealed: z.base64url().max(200) }))
    .min(1)
    .max(254),
  signature: Signature,
})
export type Reveal = z.infer<typeof Reveal>

/** What an evaluator keeps to itself between the two. */
export const Dealt = Shown.extend({ shares: z.array(z.strictObject({ to: Index, share: Octets32 })) })
export type Dealt = z.infer<typeof Dealt>

/** An evaluator in its own ceremony. */
export type Self = { index: number; sign: Uint8Array; box: { publicKey: Uint8Array; privateKey: Uint8Array } }

/** Draws this evaluator's part of the key; `before` is what it dealt already, of which the file is the same again. */
export function dealNow(roster: Roster, self: Self, before: Dealt | null): { kept: Dealt; deal: Deal } {
  const kept = before ?? drawn(roster, self)
  const commitment = commitmentTo(roster, self.index, kept)
  const body = { format: 'portolan.deal.1' as const, roster: roster.hash, index: self.index, commitment }
  return { kept, deal: signed(body, self.sign) }
}

function drawn(roster: Roster, { index }: Self): Dealt {
  const indexes = roster.members.map((member) => member.index)
  const { commitments, possession, shares } = deal(roster.threshold, indexes, contextOf(roster, index))
  return {
    commitments: commitments.map(textOf),
    possession: { c: textOf(possession.c), s: textOf(possession.s) },
    shares: [...shares].map(([to, share]) => ({ to, share: textOf(share) })),
  }
}

/** Takes everybody's first file, which must be there before anything is shown. @throws Fault BAD_INPUT naming whose is wrong */
export function readDeals(roster: Roster, files: readonly unknown[]): Deal[] {
  return onePerMember(roster, Deal, files)
}

/** Shows what this evaluator dealt, now that nobody can choose his part any more. */
export function revealNow(roster: Roster, self: Self, kept: Dealt, deals: readonly Deal[]): Reveal {
  const own = deals.find(({ index }) => index === self.index)
  if (own?.commitment !== commitmentTo(roster, self.index, kept))
    throw new Fault('BAD_INPUT', 'expected the deal that this evaluator made last, got an older one of it')
  const { commitments, possession } = kept
  const shares = roster.members
    .filter(({ index }) => index !== self.index)
    .map(({ index, box }) => ({
      to: index,
      sealed: textOf(sodium.crypto_box_seal(bytes(shareOf(kept, index)), bytes(box))),
    }))
  const body = { format: 'portolan.reveal.1' as const, roster: roster.hash, index: self.index }
  return signed({ ...body, deals: hashOf(deals), commitments, possession, shares }, self.sign)
}

export type Outcome = { share: Uint8Array; matchKey: MatchKey }

/**
 * Checks everything that everybody dealt, and joins it: this evaluator's share, and the file that is the same at each.
 * @throws Fault BAD_INPUT naming every evaluator who dealt wrongly, and in what
 */
export function finishNow(
  roster: Roster,
  self: Self,
  kept: Dealt,
  { deals, files }: { deals: readonly Deal[]; files: readonly unknown[] },
): Outcome {
  const reveals = onePerMember(roster, Reveal, files)
  const parts = reveals.map((reveal) => {
    const member = roster.members[reveal.index - 1]!
    const share = reveal.index === self.index ? bytes(shareOf(kept, self.index)) : shareIn(reveal, self)
    return { reveal, share, wrong: whatIsWrong(roster, self, { reveal, share, deals }), member }
  })
  const faults = parts.flatMap(({ wrong, member }) => (wrong === null ? [] : [faultIn(member, wrong)]))
  if (faults.length > 0) throw faultOf(faults)
  const commitments = reveals.map((reveal) => reveal.commitments.map(bytes))
  const { key, shareKeys } = jointKeys(
    commitments,
    roster.members.map(({ index }) => index),
  )
  const share = joinShares(parts.map((part) => part.share!))
  // Whatever else went wrong, a share that does not fit its public key would be found out by every client.
  if (textOf(publicKeyOf(share)) !== textOf(shareKeys.get(self.index)!))
    throw new Fault('BAD_INPUT', 'expected a share that fits its public key, got another')
  return { share, matchKey: matchKeyOf(roster, key, shareKeys) }
}

function matchKeyOf(roster: Roster, key: Uint8Array, shareKeys: Map<number, Uint8Array>): MatchKey {
  return MatchKey.parse({
    format: 'portolan.match-key.1',
    ...{ instance: roster.instance, epoch: roster.epoch, threshold: roster.threshold },
    key: textOf(key),
    evaluators: roster.members.map(({ index, country, url }) => ({
      ...{ index, country, url },
      key: textOf(shareKeys.get(index)!),
    })),
  })
}

type Part = { reveal: Reveal; share: Uint8Array | null; deals: readonly Deal[] }

function whatIsWrong(roster: Roster, self: Self, { reveal, share, deals }: Part): string | null {
  const { index } = reveal
  if (reveal.deals !== hashOf(deals)) return 'the same first files as here'
  if (deals.find((one) => one.index === index)?.commitment !== commitmentTo(roster, index, reveal))
    return 'what its first file committed to'
  const wrong = checkDealt({
    ...{ threshold: roster.threshold, index: self.index, context: contextOf(roster, index) },
    commitments: reveal.commitments.map(bytes),
    possession: { c: bytes(reveal.possession.c), s: bytes(reveal.possession.s) },
    ...(share && { share }),
  })
  if (wrong === 'POSSESSION') return 'a proof that it knows what it committed to'
  if (wrong === 'COMMITMENTS') return `commitments to ${roster.threshold} coefficients`
  return wrong === 'SHARE' || share === null ? 'a share that fits its commitments' : null
}

function shareIn({ shares }: Reveal, { index, box }: Self): Uint8Array | null {
  try {
    const { sealed } = shares.find(({ to }) => to === index)!
    return sodium.crypto_box_seal_open(bytes(sealed), box.publicKey, box.privateKey)
  } catch {
    return null
  }
}

/** One file of each evaluator, in the roster's order. */
function onePerMember<T extends { index: number; roster: string; format: string; signature: string }>(
  roster: Roster,
  shape: z.ZodType<T>,
  files: readonly unknown[],
): T[] {
  const read = files.map((file) => shape.safeParse(file).data ?? null)
  if (read.includes(null))
    throw new Fault('BAD_INPUT', 'expected files of this step of the ceremony, got something else')
  const found = roster.members.map((member) => {
    const own = (read as T[]).filter(({ index }) => index === member.index)
    const different = new Set(own.map((one) => canonical(one as Json)))
    if (own.length === 0) return faultIn(member, 'its file', 'none')
    if (own.some((one) => one.roster !== roster.hash)) return faultIn(member, 'a file for this roster')
    if (own.some((one) => !isSignedBy(one, member.sign))) return faultIn(member, 'its signature')
    // Two that it signed itself: it tells one evaluator this and another that.
    if (different.size > 1) return faultIn(member, 'one file', `${different.size} different ones`)
    return own[0]!
  })
  const faults = found.filter((one): one is FaultDetail => 'code' in one)
  if (faults.length > 0) throw faultOf(faults)
  return found as T[]
}

const faultIn = ({ name, country }: Member, expected: string, got = 'something else'): FaultDetail => ({
  code: 'BAD_INPUT',
  message: `expected ${expected}, got ${got} of ${name} (${country})`,
})

const shareOf = ({ shares }: Dealt, index: number): string => shares.find(({ to }) => to === index)!.share

const contextOf = (roster: Roster, index: number): Uint8Array =>
  Buffer.from(`portolan.ceremony.1\n${roster.hash}\n${index}\n`)

const commitmentTo = (roster: Roster, index: number, shown: z.infer<typeof Shown>): string => {
  const { commitments, possession } = shown
  const bound = { roster: roster.hash, index, commitments, possession }
  return sha256(`portolan.commitments.1\n${canonical(bound)}\n`).toString('hex')
}

const hashOf = (deals: readonly Deal[]): string =>
  sha256(
    `portolan.deals.1\n${canonical(deals.map(({ index, commitment }) => ({ index, commitment })))}\n`,
  ).toString('hex')
