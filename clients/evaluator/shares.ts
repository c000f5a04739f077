import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sodium from 'libsodium-wrappers-sumo'
import { z } from 'zod'
import { canonical, type Json, sha256 } from '../../schema/wire/canonical.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { MatchKey, Octets32 } from '../../schema/wire/match.ts'
import { publicKeyOf } from '../core/oprf/voprf.ts'
import { writeWhole } from '../core/write-whole.ts'
import { readJson } from '../gateway/home.ts'
import type { Share, Shares } from './evaluator.ts'
import { bytes, destroyKept, isKept, textOf, type Vault } from './vault.ts'

const Kept = z.strictObject({ index: z.int(), share: Octets32 })
const nameOf = (epoch: number) => `share-${epoch}`
export const matchKeyFile = (folder: string, epoch: number): string => join(folder, `match-key-${epoch}.json`)

/** The file that is the same, octet for octet, at every evaluator and in every client's home. */
export const matchKeyText = (key: MatchKey): string => `${canonical(key as Json)}\n`
/** What people compare. */
export const hashOfMatchKey = (key: MatchKey): string => sha256(matchKeyText(key)).toString('hex')

/** Keeps a share and the public file of its key. The share first: a public file without it would be believed. */
export async function keepShare(
  folder: string,
  vault: Vault,
  { index, share, matchKey }: Share & { matchKey: MatchKey },
): Promise<void> {
  await vault.keep(nameOf(matchKey.epoch), { index, share: textOf(share) })
  await writeWhole(matchKeyFile(folder, matchKey.epoch), matchKeyText(matchKey))
}

/** Destroys the share of an epoch. False where there is none. A running evaluator refuses that epoch from then on. */
export const destroyShare = (folder: string, epoch: number): Promise<boolean> =>
  destroyKept(folder, nameOf(epoch))

/** Epochs whose share is in this folder, first to last. */
export async function epochsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names.flatMap((name) => Number(/^share-(\d{4})\.sealed$/.exec(name)?.[1] ?? []) || []).sort()
}

/** Opens the shares of a folder, each checked against its public key. @throws Fault PASSPHRASE, CONFIG */
export async function openShares(folder: string, vault: Vault, instance: string): Promise<Shares> {
  await sodium.ready
  const open = new Map<number, Share>()
  for (const epoch of await epochsIn(folder))
    open.set(epoch, await openShare(folder, vault, { epoch, instance }))

  async function of(epoch: number): Promise<Share | null> {
    const share = open.get(epoch)
    if (share === undefined) return null
    if (await isKept(folder, nameOf(epoch))) return share
    sodium.memzero(share.share)
    open.delete(epoch)
    return null
  }

  return {
    of,
    async epochs() {
      for (const epoch of [...open.keys()]) await of(epoch)
      return [...open.keys()]
    },
  }
}

async function openShare(
  folder: string,
  vault: Vault,
  { epoch, instance }: { epoch: number; instance: string },
): Promise<Share> {
  const kept = await vault.take(nameOf(epoch), Kept)
  const matchKey = await readJson(matchKeyFile(folder, epoch), MatchKey)
  const entry = matchKey?.evaluators.find(({ index }) => index === kept?.index)
  if (kept === null || matchKey?.epoch !== epoch || entry?.key !== textOf(publicKeyOf(bytes(kept.share))))
    throw new Fault(
      'CONFIG',
      `expected ${matchKeyFile(folder, epoch)} to be of the share beside it, got another`,
    )
  if (matchKey.instance !== instance)
    throw new Fault('CONFIG', `expected a share for ${instance}, got one for ${matchKey.instance}`)
  return { index: kept.index, share: bytes(kept.share) }
}
