import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sodium from 'libsodium-wrappers-sumo'
import { z } from 'zod'
import { canonical } from '../../schema/wire/canonical.ts'
import { CountryCode } from '../../schema/wire/directory.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { type MatchKey, Octets32 } from '../../schema/wire/match.ts'
import { writeWhole } from '../core/write-whole.ts'
import { readJson } from '../gateway/home.ts'
import {
  type Deal,
  Deal as DealShape,
  Dealt,
  dealNow,
  finishNow,
  type Reveal,
  readDeals,
  revealNow,
  type Self,
} from './ceremony.ts'
import { EvaluatorName, type Roster, RosterLine, readRoster, rosterOf, signed } from './roster.ts'
import { epochsIn, keepShare } from './shares.ts'
import { bytes, destroyKept, textOf, type Vault } from './vault.ts'

// What one evaluator has in its folder while a key ceremony goes on: its name and long-term key, for each epoch under way its
// line, what it dealt, and what the others committed to. When the ceremony is through, its secrets are destroyed with it.

const Identity = z.strictObject({ name: EvaluatorName, country: CountryCode, sign: Octets32 })
export type Identity = z.infer<typeof Identity>

/** What everybody may know of a ceremony under way. */
const Ceremony = z.strictObject({
  line: RosterLine,
  roster: z.strictObject({ lines: z.array(RosterLine).min(2), threshold: z.int().min(2) }).nullable(),
  deals: z.array(DealShape).nullable(),
})
export type Ceremony = z.infer<typeof Ceremony>

const SignSecret = z.strictObject({ sign: z.base64url() })
const Secrets = z.strictObject({ box: Octets32, dealt: Dealt.nullable() })

const identityFile = (folder: string) => join(folder, 'evaluator.json')
const ceremonyFile = (folder: string, epoch: number) => join(folder, `ceremony-${epoch}.json`)
const secretsName = (epoch: number) => `ceremony-${epoch}`

/** Null where nobody joined from this folder yet. */
export const identityIn = (folder: string): Promise<Identity | null> =>
  readJson(identityFile(folder), Identity)
export const ceremonyIn = (folder: string, epoch: number): Promise<Ceremony | null> =>
  readJson(ceremonyFile(folder, epoch), Ceremony)
export const rosterIn = ({ roster }: Ceremony): Roster | null =>
  roster && rosterOf(roster.lines, roster.threshold)

export type Joining = { instance: string; epoch: number; name: string; country: string; url: string }

/**
 * Begins a ceremony, or begins it anew: a fresh key for sealed shares, under the long-term key that is drawn the first time.
 * @throws Fault BAD_INPUT for another evaluator's folder, or an epoch that it holds a share of
 */
export async function joinEpoch(folder: string, vault: Vault, joining: Joining): Promise<RosterLine> {
  await sodium.ready
  const { epoch, instance, name, country, url } = joining
  if ((await epochsIn(folder)).includes(epoch))
    throw new Fault('BAD_INPUT', `expected an epoch without a share, got ${epoch}: destroy that share first`)
  const known = await identityIn(folder)
  if (known !== null && (known.name !== name || known.country !== country))
    throw new Fault('BAD_INPUT', `expected ${known.name} of ${known.country} in this folder, got another`)
  const secret = await signSecret(vault)
  const sign = textOf(secret.subarray(32))
  const { publicKey, privateKey } = sodium.crypto_box_keypair()
  const box = textOf(publicKey)
  const line = signed(
    { format: 'portolan.evaluator.1' as const, instance, epoch, name, country, url, sign, box },
    secret,
  )
  await vault.keep(secretsName(epoch), { box: textOf(privateKey), dealt: null })
  await writeWhole(identityFile(folder), JSON.stringify({ name, country, sign }))
  await keepCeremony(folder, { line: RosterLine.parse(line), roster: null, deals: null })
  return line
}

/** Deals for the evaluators of a roster; the same again where it was dealt for before. */
export async function dealEpoch(
  folder: string,
  vault: Vault,
  { text, epoch, threshold }: { text: string; epoch: number; threshold: number },
): Promise<{ roster: Roster; deal: Deal; country: string }> {
  const { ceremony, secrets, sign } = await underWay(folder, vault, epoch)
  const roster = readRoster(text, { epoch, threshold })
  const self = selfIn(roster, ceremony, { secrets, sign })
  const { kept, deal } = dealNow(roster, self, isSame(ceremony, roster) ? secrets.dealt : null)
  await vault.keep(secretsName(epoch), { ...secrets, dealt: kept })
  const lines = roster.members.map(({ index: _, ...line }) => line)
  if (!isSame(ceremony, roster))
    await keepCeremony(folder, { ...ceremony, roster: { lines, threshold }, deals: null })
  return { roster, deal, country: ceremony.line.country }
}

const isSame = (ceremony: Ceremony, roster: Roster): boolean => rosterIn(ceremony)?.hash === roster.hash

/** Shows what was dealt, once everybody's first file is there. */
export async function revealEpoch(
  folder: string,
  vault: Vault,
  { epoch, files }: { epoch: number; files: readonly unknown[] },
): Promise<{ roster: Roster; reveal: Reveal; country: string }> {
  const { ceremony, secrets, roster, dealt, sign } = await dealtFor(folder, vault, epoch)
  const deals = readDeals(roster, files)
  if (ceremony.deals !== null && canonical(ceremony.deals) !== canonical(deals))
    throw new Fault('BAD_INPUT', 'expected the first files that were shown before, got others')
  const self = selfIn(roster, ceremony, { secrets, sign })
  const reveal = revealNow(roster, self, dealt, deals)
  await keepCeremony(folder, { ...ceremony, deals })
  return { roster, reveal, country: ceremony.line.country }
}

/** Checks and joins what everybody dealt, keeps the share, and destroys what led to it. */
export async function finishEpoch(
  folder: string,
  vault: Vault,
  { epoch, files }: { epoch: number; files: readonly unknown[] },
): Promise<{ matchKey: MatchKey; index: number }> {
  const { ceremony, secrets, roster, dealt, sign } = await dealtFor(folder, vault, epoch)
  const { deals } = ceremony
  if (deals === null)
    throw new Fault('BAD_INPUT', 'expected a ceremony whose first files were read, got one before that')
  const self = selfIn(roster, ceremony, { secrets, sign })
  const { share, matchKey } = finishNow(roster, self, dealt, { deals, files })
  await keepShare(folder, vault, { index: self.index, share, matchKey })
  sodium.memzero(share)
  await destroyKept(folder, secretsName(epoch))
  return { matchKey, index: self.index }
}

export type Step = 'Joined' | 'Dealt' | 'Revealed'

/** Ceremonies under way, and how far each has come. One that is through is none. */
export async function ceremoniesIn(
  folder: string,
): Promise<{ epoch: number; step: Step; roster: string | null }[]> {
  const names = await readdir(folder)
  const epochs = names
    .flatMap((name) => Number(/^ceremony-(\d{4})\.sealed$/.exec(name)?.[1] ?? []) || [])
    .sort()
  const found = await Promise.all(
    epochs.map(async (epoch) => {
      const ceremony = await ceremonyIn(folder, epoch)
      const roster = ceremony && rosterIn(ceremony)
      const step: Step = ceremony?.deals ? 'Revealed' : roster ? 'Dealt' : 'Joined'
      return { epoch, step, roster: roster?.hash ?? null }
    }),
  )
  return found
}

/** Destroys what a ceremony under way has of secrets. False where there is nothing. */
export const destroyCeremony = (folder: string, epoch: number): Promise<boolean> =>
  destroyKept(folder, secretsName(epoch))

async function signSecret(vault: Vault): Promise<Uint8Array> {
  const known = await vault.take('evaluator', SignSecret)
  if (known !== null) return bytes(known.sign)
  const { privateKey } = sodium.crypto_sign_keypair()
  await vault.keep('evaluator', { sign: textOf(privateKey) })
  return privateKey
}

async function underWay(folder: string, vault: Vault, epoch: number) {
  await sodium.ready
  const ceremony = await ceremonyIn(folder, epoch)
  const secrets = await vault.take(secretsName(epoch), Secrets)
  if (ceremony === null || secrets === null)
    throw new Fault('NOT_FOUND', `expected a ceremony of ${epoch} that was joined here, got none under way`)
  return { ceremony, secrets, sign: await signSecret(vault) }
}

async function dealtFor(folder: string, vault: Vault, epoch: number) {
  const found = await underWay(folder, vault, epoch)
  const roster = rosterIn(found.ceremony)
  const { dealt } = found.secrets
  if (roster === null || dealt === null)
    throw new Fault(
      'BAD_INPUT',
      `expected a ceremony of ${epoch} that was dealt for here, got one before that`,
    )
  return { ...found, roster, dealt }
}

type Opened = { secrets: z.infer<typeof Secrets>; sign: Uint8Array }

/** This evaluator's place in the roster. Its line there must be the one that it printed. */
function selfIn(roster: Roster, { line }: Ceremony, { secrets, sign }: Opened): Self {
  const own = roster.members.find(({ signature }) => signature === line.signature)
  if (own === undefined)
    throw new Fault('BAD_INPUT', 'expected a roster with the line that this evaluator printed last')
  return { index: own.index, sign, box: { publicKey: bytes(line.box), privateKey: bytes(secrets.box) } }
}

const keepCeremony = (folder: string, ceremony: Ceremony): Promise<void> =>
  writeWhole(ceremonyFile(folder, ceremony.line.epoch), JSON.stringify(ceremony))
