import { readdir } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { readKey } from 'openpgp'
import { signUpload } from '../../clients/core/seal.ts'
import { type Graph, openGraph } from '../../server/graph.ts'
import type { Cast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { report, SUBMIT } from '../report.ts'
import { envelopeOf, SEND, sealedNote } from './sealed-notes.ts'
import { makeStage, releaseTo } from './stage.ts'

// The two ways by which octets come to a Portolan, a sealed note and a message, and honest octets to send by them.

export const [NIGER, ITALY] = ['ne-dst.aicha', 'it-sco.paola'] as const
/** Open while the test file that imports this runs; each has its own. */
export let portolan: TestPortolan
export let graph: Graph
export let cast: Cast
/** Every octet that has come to the server since the test began to listen. */
export const came: Buffer[] = []

export async function openUnsealed(): Promise<void> {
  const login = await testNeo4j()
  graph = await openGraph(login)
  cast = await makeStage()
  portolan = await openPortolan(login, cast, { graph })
  portolan.server.on('connection', (socket: Socket) => socket.on('data', (bytes) => came.push(bytes)))
}
export async function closeUnsealed(): Promise<void> {
  await portolan?.close()
  await graph?.close()
}

let keys = 0
export const key = () => `unsealed-${++keys}`
export const blobs = async () => (await readdir(join(portolan.home, 'blobs', 'blobs'))).sort()

type Upload = { object: string; ciphertext: Uint8Array; audience: string[]; by?: string }
/** Signed as an honest client would, so that only what is inside can be refused. */
const signed = ({ object, ciphertext, audience, by = 'office:ne-dst' }: Upload) =>
  signUpload(
    { ciphertext, audience, object, version: 1 },
    { signWith: cast.key(by).privateKey, at: new Date() },
  )

export const WAYS = {
  /** As the sealed note of a report to Italy. */
  async note(upload: Upload, person: string = NIGER) {
    const [office] = person.split('.') as [string]
    const own = key()
    const facts = {
      id: upload.object,
      report: own,
      office,
      created: new Date().toISOString(),
      profile: 'compat',
    }
    const note = {
      facts,
      audience: upload.audience,
      ciphertext: Buffer.from(upload.ciphertext).toString('base64'),
      signature: await signed(upload),
    }
    const release = office === 'ne-dst' ? releaseTo(['country:IT'], 'NE') : releaseTo(['country:NE'], 'IT')
    const { json } = await portolan.ask(person, SUBMIT, { input: { ...report(own, { release }), note } })
    return { json, report: json.data?.submitReport?.report.id as string | undefined }
  },
  /** As a message to Italy. */
  async message(upload: Upload) {
    const envelope = envelopeOf('ne-dst', upload.audience.slice(1), Date.now(), upload.object)
    const input = {
      envelope: JSON.stringify(envelope),
      ciphertext: Buffer.from(upload.ciphertext).toString('base64'),
      signature: await signed(upload),
    }
    return { json: (await portolan.ask(NIGER, SEND, { input })).json }
  },
}

/** What Niger seals to itself and Italy, in octets. */
export async function good(audience = ['ne-dst', 'it-sco']): Promise<Buffer> {
  const { input } = await sealedNote(cast, key(), audience, Date.now())
  return Buffer.from(input.ciphertext, 'base64')
}
export const keyIdOf = async (office: string) => {
  const [subkey] = (await readKey({ armoredKey: cast.key(`office:${office}`).publicKey })).getSubkeys()
  return subkey!.getKeyID().toHex()
}
export const BOTH = ['ne-dst', 'it-sco']
