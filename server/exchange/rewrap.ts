import { readSignature } from 'openpgp'
import type { z } from 'zod'
import type { HeldObject, PacketSet, packetsRewrap } from '../../cypher/packets/packets.ts'
import type { RewrapInput } from '../../schema/context.ts'
import { MAX_CHUNK } from '../../schema/wire/attachment.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { uploadStatement } from '../../schema/wire/envelope.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { shapeOf, splice } from '../../schema/wire/packet.ts'
import { officesReached } from '../report/reached.ts'
import type { ExchangeParts } from './desk.ts'
import { inspectPackets } from './gate.ts'
import { type HolderKeys, holderKeys } from './holder-keys.ts'
import { lastOf, packetsFor, versionOf } from './packet-sets.ts'
import { verifyUpload } from './upload-signature.ts'

/** What new packets are for: an object that the caller may see, as it lies on disk and with what was wrapped before. */
export type Wrapping = { object: HeldObject; bytes: Uint8Array; sets: PacketSet[] }
export type PacketRows = z.input<typeof packetsRewrap.params>['rows']

/**
 * Judges new session key packets and gives the rows that keep them, one for each office, or throws
 * - NOT_ALLOWED for packets of an office that is not the caller's, or not new to an object of his;
 * - IDEMPOTENCY_CONFLICT for any version but the next;
 * - BAD_PACKET as the gate does, which sees the stored data packet under the new packets and no other octet of them;
 * - BAD_INPUT where a custodian's or a country's key signs and no reason is given.
 */
export function rewrapper(
  { directory, compartments, clock }: ExchangeParts,
  caller: Caller,
): (input: RewrapInput, wrapping: Wrapping) => Promise<PacketRows> {
  const { office } = caller

  /** His own office; and where the object is his office's, such as its release reaches and nobody has sealed it to yet. */
  function checkAudience({ audience }: RewrapInput, { object, bytes, sets }: Wrapping): void {
    const sealedTo = new Set(shapeOf(bytes).pkesks.map(({ keyId }) => directory.holderOf(keyId)))
    const isNew = (one: string) => !sealedTo.has(`office:${one}`) && !lastOf(sets, one)
    // The recipients of a message stand inside it, signed: nobody joins them later.
    const widens = object.owner === office && (object.kind === 'NOTE' || object.kind === 'CARD')
    const reached = widens ? officesReached(compartments.reachOf(object.compartment), directory) : []
    const isAllowed = (one: string) => (one === office ? !isNew(one) : isNew(one) && reached.includes(one))
    // One answer for every cause: whom else it is sealed to, nobody learns by trying.
    if (!audience.every(isAllowed))
      throw new Fault('NOT_ALLOWED', 'expected packets of your own office, or of one that its owner lets in')
  }

  function checkVersion({ audience, version }: RewrapInput, sets: PacketSet[]): void {
    for (const one of audience) {
      const next = versionOf(sets, one) + 1
      if (version !== next)
        throw new Fault('IDEMPOTENCY_CONFLICT', `expected version ${next}, got ${version}`)
    }
  }

  /** Whose key signed, the gate having verified it with one of those that may. A rescue is announced with its reason. */
  async function signerOf({ signature, reason }: RewrapInput): Promise<string> {
    const [packet] = (await readSignature({ armoredSignature: signature })).packets
    const holder = directory.holderOf(packet!.issuerKeyID.toHex()) ?? `person:${caller.person}`
    if (isRescue(holder) !== (reason !== null))
      throw new Fault(
        'BAD_INPUT',
        `expected ${isRescue(holder) ? 'the reason of a rescue' : 'no reason but of a rescue'}`,
      )
    return holder
  }

  const keysOf = remembering(async (audience: string[], profile: Profile) => {
    const at = new Date(clock())
    const to = directory.encryptionKeys(audience, profile)
    return Promise.all(to.map(({ holder, key }): Promise<HolderKeys> => holderKeys(holder, key, at)))
  })
  const holdersOf = remembering(
    (one: string[], profile: Profile) =>
      new Set<string>(directory.encryptionKeys(one, profile).map(({ holder }) => holder)),
  )
  const signers = () => [
    ...[directory.person(caller.person)?.key].filter((key) => key !== undefined),
    ...directory.encryptionKeys([office]).map(({ key }) => key),
  ]

  return async (input, wrapping) => {
    const { object, bytes, sets } = wrapping
    const { audience, version, signature } = input
    checkAudience(input, wrapping)
    checkVersion(input, sets)
    const spliced = splice(bytes, Buffer.from(input.packets, 'base64'))
    const { profile } = shapeOf(bytes)
    inspectPackets(spliced, await keysOf(audience, profile), { most: MAX_CHUNK, look: 0 })
    const statement = uploadStatement({ ciphertext: spliced, audience, object: object.id, version })
    await verifyUpload(statement, { signature, signers: signers(), at: new Date(clock()) })
    const holder = await signerOf(input)
    return audience.map((one) => ({
      id: `${object.id}.${one}.${version}`,
      object: object.id,
      ...{ office: one, owner: object.owner, compartment: object.compartment, version, signature, holder },
      packets: packetsFor(spliced, holdersOf([one], profile), directory.holderOf),
      signer: caller.person,
      recordedTime: clock(),
      confirmedTime: -1,
      reason: input.reason ?? '',
    }))
  }
}

/** Whether a key opens what its holder was not sent: a custodian's, a country's. */
export const isRescue = (holder: string): boolean => /^(?:custodian|recovery):/.test(holder)

/** Once for each set of offices in a batch: to read keys is the dear part of the gate. */
function remembering<T>(
  make: (offices: string[], profile: Profile) => T,
): (offices: string[], profile: Profile) => T {
  const known = new Map<string, T>()
  return (offices, profile) => {
    const name = [profile, ...offices.toSorted()].join()
    const found = known.get(name) ?? make(offices, profile)
    known.set(name, found)
    return found
  }
}
