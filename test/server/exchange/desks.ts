import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PrivateKey, readKey } from 'openpgp'
import { type OpenKey, openKeyStore } from '../../../clients/core/keys.ts'
import { rewrap } from '../../../clients/core/rewrap.ts'
import { type Recipient, sealMessage, signUpload } from '../../../clients/core/seal.ts'
import {
  type EntryBody,
  type OfficeBody,
  type RecoveryBody,
  subjectOf,
} from '../../../schema/wire/directory.ts'
import type { Content } from '../../../schema/wire/envelope.ts'
import type { Profile } from '../../../schema/wire/holder.ts'
import { splice } from '../../../schema/wire/packet.ts'
import type { Cast } from '../../cast.ts'
import type { Reply, TestPortolan } from '../../instance.ts'
import { envelopeOf, SEND } from '../../laws/sealed-notes.ts'

// Desks that pass from hand to hand: new keys in a real directory, and what a client sends to wrap session keys anew.

export const HELD = `query($states: [PacketState!], $first: Int, $after: String) {
  sealedObjects(states: $states, first: $first, after: $after) {
    walked hasNextPage endCursor nodes { id kind owner facts packets state ciphertext } } }`
export const REWRAP = 'mutation($input: [RewrapInput!]!) { rewrap(input: $input) }'
export const CONFIRM = 'mutation($input: [ConfirmInput!]!) { confirmPackets(input: $input) }'
export const HANDOVERS = '{ handovers { office holder officer reason objects confirmed began ended } }'

export type HeldNode = {
  id: string
  kind: string
  owner: string
  packets: number
  state: string
  ciphertext: string
}

const FROM = '2010-01-01'
const BORN = new Date('2026-01-01T00:00:00Z')

export type Desks = {
  newKey(name: string, profile?: Profile): Promise<OpenKey>
  enter(body: EntryBody, by: string[]): Promise<void>
  /** Gives an office a new role key, and a custodian or a modern key where one is named. */
  rekey(
    office: string,
    key: OpenKey,
    custodian?: OpenKey,
    approvedBy?: string[],
    modern?: OpenKey,
  ): Promise<void>
  recovery(country: string, key: OpenKey): Promise<void>
  end(person: string, office: string, day: string): Promise<void>
  /** Sends a message to the keys that the directory holds today; its id. */
  send(person: string, to: string[], text?: string, files?: NonNullable<Content['files']>): Promise<string>
  recipients(offices: string[]): Promise<Recipient[]>
  held(person: string, states?: string[]): Promise<HeldNode[]>
  /** What a client sends for one object: its session key opened with one key, wrapped for the office, and signed. */
  wrap(node: HeldNode, how: Wrap): Promise<RewrapVariables>
}

export type RewrapVariables = {
  object: string
  version: number
  packets: string
  audience: string[]
  signature: string
  reason?: string
}

export type Wrap = {
  open: PrivateKey
  sign: PrivateKey
  office: string
  audience?: string[]
  version?: number
  reason?: string
}

/** `approvers` are two officers of Niger: no anchor changes keys alone. */
export async function openDesks(
  portolan: Pick<TestPortolan, 'instance' | 'ask'>,
  cast: Cast,
  approvers: string[],
): Promise<Desks> {
  const store = await openKeyStore(await mkdtemp(join(tmpdir(), 'portolan-desks-')))
  const { directory } = portolan.instance
  const country = (office: string) => office.slice(0, 2).toUpperCase()
  const keysOf = (offices: string[]) =>
    Promise.all(
      directory.encryptionKeys(offices).map(async ({ holder, key }) => ({
        holder,
        key: await readKey({ armoredKey: key }),
      })),
    )
  const approved = (code: string) => [`anchor:${code}`, ...approvers]
  const enter: Desks['enter'] = async (body, by) => {
    await directory.append(await cast.sign(body, by, directory.latest(subjectOf(body))))
  }
  return {
    newKey: (name, profile = 'compat') =>
      store.newKey({ person: name, passphrase: null, profile, date: BORN }),
    enter,
    async rekey(office, key, custodian, approvedBy = approvers, modern = undefined) {
      const { kind, parent, name } = directory.office(office)!
      const body: OfficeBody = {
        ...{ type: 'office', office, country: country(office), kind, parent, name, from: FROM, to: null },
        key: key.publicKey,
        ...(modern && { modern: modern.publicKey }),
        ...(custodian && { custodian: { key: custodian.publicKey } }),
      }
      await enter(body, [`anchor:${country(office)}`, ...approvedBy])
    },
    async recovery(code, key) {
      const body: RecoveryBody = {
        ...{ type: 'recovery', country: code, key: key.publicKey, shares: 5, threshold: 3 },
      }
      await enter(body, approved(code))
    },
    async end(person, office, day) {
      const assignment = `a-${office}-${person.split('.')[1]}`
      const { role } = directory.assignments(person).find((held) => held.office === office)!
      await enter({ type: 'assignment', assignment, person, office, role, from: FROM, to: day }, [
        `anchor:${country(office)}`,
      ])
    },
    recipients: keysOf,
    async send(person, recipients, text = 'Rendez-vous mardi.', files = []) {
      const sender = person.split('.')[0]!
      const at = new Date()
      const attachments = files.map(({ object }) => object).sort()
      const envelope = {
        ...envelopeOf(sender, recipients, at.getTime()),
        ...(files.length > 0 && { attachments }),
      }
      const sequence = Object.fromEntries(recipients.map((office) => [office, 1]))
      const { ciphertext, uploadSignature } = await sealMessage({
        ...{
          envelope,
          content: {
            language: 'fr',
            text,
            necessityText: 'Le même véhicule.',
            ...(files.length > 0 && { files }),
          },
          sequence,
          at,
        },
        ...{ to: await keysOf([sender, ...recipients]), signWith: cast.key(person).privateKey },
      })
      const input = {
        envelope: JSON.stringify(envelope),
        ciphertext: Buffer.from(ciphertext).toString('base64'),
        signature: uploadSignature,
      }
      const { json, text: said } = await portolan.ask(person, SEND, { input })
      if (json.errors) throw new Error(said)
      return envelope.id
    },
    async held(person, states) {
      const nodes: HeldNode[] = []
      for (let after: string | null = null; ; ) {
        const { json, text } = (await portolan.ask(person, HELD, { states, first: 100, after })) as Reply
        if (json.errors) throw new Error(text)
        nodes.push(...json.data.sealedObjects.nodes)
        after = json.data.sealedObjects.endCursor
        if (!json.data.sealedObjects.hasNextPage) return nodes
      }
    },
    async wrap(node, { open, sign, office, audience = [office], version = node.packets + 1, reason }) {
      const ciphertext = Buffer.from(node.ciphertext, 'base64')
      const at = new Date()
      const packets = await rewrap({ ciphertext, decryptWith: [open], to: await keysOf(audience), at })
      const upload = { ciphertext: splice(ciphertext, packets), audience, object: node.id, version }
      const signature = await signUpload(upload, { signWith: sign, at })
      return {
        ...{ object: node.id, version, audience, signature, ...(reason && { reason }) },
        packets: Buffer.from(packets).toString('base64'),
      }
    },
  }
}
