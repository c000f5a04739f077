import { type AnchorBody, anchorSubject, type GenesisBody } from './directory.ts'
import {
  bringKey,
  type Effect,
  readAnchorKey,
  sharesKeyId,
  signersAmong,
  type Walk,
} from './directory-keys.ts'
import type { Anchor, DirectoryState, HeldKey } from './directory-state.ts'

// The national anchors: those of the genesis, and whatever keys came in their place. Whoever pins the genesis finds today's
// anchors by walking the log.

/** The first entry: the anchors, and the signatures of as many of them as it asks for. */
export async function checkGenesis(walk: Walk, body: GenesisBody): Promise<Effect> {
  if (body.threshold > body.anchors.length) throw new Error('expected a threshold that the anchors can reach')
  const anchors: Anchor[] = []
  const bring: Effect[] = []
  for (const { country, key } of body.anchors) {
    const held = await readAnchorKey(walk, key)
    if (anchors.some((anchor) => sharesKeyId(anchor.key, held)))
      throw new Error('expected every anchor key once')
    anchors.push({ country, key: held })
    bring.push(bringKey(walk.state, anchorSubject(country, held.facts.fingerprint), country, held))
  }
  const signers = await signersAmong(
    walk,
    anchors.map((anchor) => anchor.key),
    body.instance,
  )
  if (signers.size < body.threshold)
    throw new Error(`expected ${body.threshold} anchor signatures, got ${signers.size}`)
  return () => {
    walk.state.genesis = body
    walk.state.anchors = anchors
    for (const effect of bring) effect()
  }
}

/**
 * A key in the place of an anchor's. No country does this alone, or a thief of its key could go on as that country with a key
 * that it has never seen: anchors of others sign, and nobody is one twice.
 */
export async function checkAnchor(walk: Walk, body: AnchorBody): Promise<Effect> {
  const { state } = walk
  const { country, replaces, lost } = body
  const former = standing(state, body)
  const key = await readAnchorKey(walk, body.key)
  expectUnknown(state, key)
  await signedByOthers(walk, body, former)
  const bring = bringKey(state, anchorSubject(country, key.facts.fingerprint), country, key)
  return () => {
    bring()
    state.anchors = state.anchors.map((one) => (one.key === former.key ? { country, key } : one))
    if (lost) state.revoked.set(replaces, { reason: 'KEY_COMPROMISED' })
  }
}

function standing(state: DirectoryState, { country, replaces }: AnchorBody): Anchor {
  const anchors = state.anchors.filter((anchor) => anchor.country === country)
  if (anchors.length === 0) throw new Error(`expected a country with an anchor, got ${country}`)
  const found = anchors.find(({ key }) => key.facts.fingerprint === replaces)
  if (found === undefined)
    throw new Error(
      `expected the fingerprint of a key with which ${country} certifies today, got ${replaces}`,
    )
  return found
}

/** Also one of the anchor's own that was replaced: it may be known to others by now. */
function expectUnknown(state: DirectoryState, key: HeldKey): void {
  if (key.facts.packets.some(({ fingerprint }) => state.owners.has(fingerprint)))
    throw new Error('expected a key that nobody holds or held')
}

async function signedByOthers(walk: Walk, body: AnchorBody, former: Anchor): Promise<void> {
  const { state } = walk
  const others = state.anchors.filter(({ country }) => country !== body.country)
  const may = body.lost ? others : [former, ...others]
  const signers = await signersAmong(
    walk,
    may.map(({ key }) => key),
  )
  const signed = ({ key }: Anchor) => signers.has(key.facts.fingerprint)
  if (!body.lost && !signed(former))
    throw new Error('expected a signature by the key that is replaced, or an entry that says it is lost')
  const agreed = new Set(others.filter(signed).map(({ country }) => country))
  const needed = othersNeeded(state.genesis!, body.lost)
  if (agreed.size < needed) throw tooFew(body.country, needed, [...agreed])
}

function tooFew(country: string, needed: number, agreed: string[]): Error {
  const countries = needed === 1 ? 'one country' : `${needed} countries`
  const got = agreed.join(' and ') || 'none'
  return new Error(`expected signatures by anchors of ${countries} other than ${country}, got ${got}`)
}

/**
 * Of how many other countries an anchor must sign. Counted by the genesis, so nobody lowers it by revoking: as many as made the
 * genesis, or all others where they are fewer. Where the key that is replaced does not sign, one more, and never fewer than two:
 * with two countries in all, neither can take the other's place, and a lost anchor needs a new genesis.
 */
function othersNeeded({ threshold, anchors }: GenesisBody, lost: boolean): number {
  const others = new Set(anchors.map(({ country }) => country)).size - 1
  return lost ? Math.max(2, Math.min(threshold + 1, others)) : Math.min(threshold, others)
}
