import {
  createMessage,
  decrypt,
  encrypt,
  generateKey,
  type PrivateKey,
  type PublicKey,
  readMessage,
  sign,
} from 'openpgp'
import { openMessage } from '../../clients/core/open.ts'
import { openpgpConfig as config } from '../../clients/core/openpgp-config.ts'
import { composeMessage, type Outgoing, sealMessage } from '../../clients/core/seal.ts'
import { newObjectId, uploadStatement } from '../../schema/wire/envelope.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import type { Figure } from './bench.ts'

const OCTETS = 100 * 1024
const WARM_UP = 30
const ROUNDS = 60
const BATCH = 5

type Desk = { office: string; secret: PrivateKey; key: PublicKey }

/**
 * What a message of 100 KiB to one office costs its sender and its reader, all checks of ours included, against bare calls of
 * openpgp.js that do the same cryptography: sign and encrypt the same octets to the same two keys (the sender reads his
 * own), sign the upload, decrypt, verify. Both alternate in short batches and are measured in processor time, of which others on
 * the machine take nothing; the figure is the median ratio.
 */
export async function sealVsOpenpgp(): Promise<Figure[]> {
  const [sender, reader] = await Promise.all([makeDesk('ne-dst'), makeDesk('ml-dnlt')])
  const letter = makeLetter(sender, reader)
  const payload = composeMessage(letter)
  const ours = () => sealAndOpen(letter, sender, reader)
  const bare = () => bareCalls(payload, letter.envelope.id, sender, reader)
  for (let round = 0; round < WARM_UP; round++) await ours().then(bare)
  const ratios: number[] = []
  for (let batch = 0; batch < ROUNDS; batch++) {
    const theirs = await time(bare)
    ratios.push((await time(ours)) / theirs)
  }
  ratios.sort((a, b) => a - b)
  return [{ name: 'seal.vs-openpgp', value: ratios[ROUNDS >> 1]!, unit: 'x' }]
}

async function time(run: () => Promise<void>): Promise<number> {
  const started = process.cpuUsage()
  for (let round = 0; round < BATCH; round++) await run()
  const { user, system } = process.cpuUsage(started)
  return user + system
}

async function makeDesk(office: string): Promise<Desk> {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: office }], format: 'object' })
  return { office, secret: privateKey, key: publicKey }
}

function makeLetter(sender: Desk, reader: Desk): Outgoing {
  const id = newObjectId()
  const created = new Date().toISOString()
  return {
    envelope: {
      id,
      type: 'SPONTANEOUS_INFO',
      thread: id,
      urgency: 'NORMAL',
      sender: sender.office,
      recipients: [reader.office],
      handling: ['H0', 'H1'],
      sensitivity: 'S2_SENSITIVE',
      onward: 'NONE',
      evidenceUse: 'NOT_CONSENTED',
      purpose: 'EXCHANGE',
      case: 'NE-2026/0412',
      created,
      profile: 'compat',
    },
    content: { language: 'fr', text: 'Le convoi part de la gare à 4 h. '.repeat(OCTETS / 33) },
    sequence: { [reader.office]: 1 },
    to: [sender, reader].map(({ office, key }) => ({ holder: officeHolder(office), key })),
  }
}

async function sealAndOpen(letter: Outgoing, sender: Desk, reader: Desk): Promise<void> {
  const at = new Date()
  const { ciphertext } = await sealMessage({ ...letter, signWith: sender.secret, at })
  await openMessage({
    ciphertext,
    envelope: letter.envelope,
    decryptWith: [reader.secret],
    verifyWith: () => ({ office: sender.office, key: sender.key }),
    office: reader.office,
    at: new Date(),
  })
}

async function bareCalls(payload: Uint8Array, object: string, sender: Desk, reader: Desk): Promise<void> {
  const ciphertext = await encrypt({
    message: await createMessage({ binary: payload }),
    encryptionKeys: [sender.key, reader.key],
    signingKeys: sender.secret,
    format: 'binary',
    config,
  })
  const audience = [sender.office, reader.office]
  const statement = uploadStatement({ ciphertext, audience, object, version: 1 })
  const message = await createMessage({ binary: statement })
  await sign({ message, signingKeys: sender.secret, detached: true, format: 'armored', config })
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: ciphertext, config }),
    decryptionKeys: reader.secret,
    verificationKeys: sender.key,
    expectSigned: true,
    format: 'binary',
    config,
  })
  await signatures[0]!.verified
  if (data.length !== payload.length) throw new Error('expected the same payload')
}
