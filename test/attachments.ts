import { randomBytes } from 'node:crypto'
import { readKey } from 'openpgp'
import { newAttachmentKey } from '../clients/core/attachment-key.ts'
import { type ChunkKey, sealChunk } from '../clients/core/chunk.ts'
import { sealMessage, signUpload } from '../clients/core/seal.ts'
import type { ObjectBody } from '../clients/core/wire.ts'
import { chunkList, factsOctets, hashesOf } from '../schema/wire/attachment.ts'
import { newObjectId } from '../schema/wire/envelope.ts'
import { officeHolder } from '../schema/wire/holder.ts'
import type { Cast } from './cast.ts'
import { PURPOSE, type TestPortolan } from './instance.ts'
import { envelopeOf, SEND } from './laws/sealed-notes.ts'

// Attachments as a client of its own would send them, one step at a time, so that a test can leave one out or change it.

export const CLOSE =
  'mutation($input: CloseAttachmentInput!) { closeAttachment(input: $input) { id closed } }'
export const HELD = 'query($id: ID!) { attachment(id: $id) { id chunks closed message } }'

export type Made = {
  key: ChunkKey
  audience: string[]
  texts: Buffer[]
  octets: Uint8Array[]
  hashes: string[]
}

const recipients = (cast: Cast, offices: string[]) =>
  Promise.all(
    offices.map(async (office) => ({
      holder: officeHolder(office),
      key: await readKey({ armoredKey: cast.key(`office:${office}`).publicKey }),
    })),
  )

/** An attachment of a few small chunks, sealed to these offices. */
export async function makeAttachment(cast: Cast, audience: string[], chunks = 2): Promise<Made> {
  const at = new Date()
  const to = await recipients(cast, audience)
  const key = await newAttachmentKey(newObjectId(), { to, profile: 'compat', at })
  const texts = Array.from({ length: chunks }, () => randomBytes(2_048))
  const sealed = texts.map((text, nth) => Buffer.from(sealChunk(key, nth + 1, text).octets))
  return {
    key,
    audience: [...audience].sort(),
    texts,
    octets: sealed,
    hashes: sealed.map((octets) => hashesOf([octets, new Uint8Array()]).hash),
  }
}

/** A body of the object road, whatever it says. */
export function bodyOf(method: 'PUT' | 'POST', octets: Uint8Array, said: object): ObjectBody {
  const facts = factsOctets(JSON.parse(JSON.stringify(said)))
  return { method, octets, facts, digest: hashesOf([octets, facts]).digest }
}

/** The PUT of one chunk; `changes` puts other facts in the place of its own. */
export function putOf(made: Made, chunk: number, changes: object = {}): ObjectBody {
  const { key, audience, octets } = made
  const { object, profile } = key
  const facts = { purpose: PURPOSE, object, chunk, chunks: octets.length, audience, profile, ...changes }
  return bodyOf('PUT', octets[chunk - 1]!, facts)
}

export const askOf = (message: string, object: string, chunk: number, changes: object = {}): ObjectBody =>
  bodyOf('POST', new Uint8Array(), { purpose: PURPOSE, message, object, chunk, ...changes })

/** Sends a body as a person. `json` is null where octets came. */
export async function sendObject(portolan: TestPortolan, person: string, body: ObjectBody) {
  const answer = await (await portolan.session(person)).object(body)
  const text = Buffer.from(answer.body).toString()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
  const json = isJson ? JSON.parse(text) : null
  return { ...answer, text, json, code: json?.errors?.[0].extensions.code ?? 'OK' }
}

export async function closeOf(
  cast: Cast,
  { key, audience, hashes }: Made,
  by = `office:${audience[0]}`,
): Promise<{ input: { id: string; signature: string } }> {
  const statement = { ciphertext: chunkList(hashes), audience, object: key.object, version: 1 }
  const signature = await signUpload(statement, { signWith: cast.key(by).privateKey, at: new Date() })
  return { input: { id: key.object, signature } }
}

/** A whole attachment: every chunk, then the closing. */
export async function upload(
  portolan: TestPortolan,
  cast: Cast,
  made: Made,
  by: { person: string; office: string },
) {
  for (const nth of made.octets.keys()) {
    const { code, text } = await sendObject(portolan, by.person, putOf(made, nth + 1))
    if (code !== 'OK') throw new Error(text)
  }
  const { json } = await portolan.ask(by.person, CLOSE, await closeOf(cast, made, `office:${by.office}`))
  if (json.errors) throw new Error(JSON.stringify(json.errors))
}

/** A sealed message that names attachments, as it is sent. */
export async function messageWith(cast: Cast, from: string, to: string[], all: Made[], id = newObjectId()) {
  const at = new Date()
  const attachments = all.map(({ key }) => key.object).sort()
  const envelope = { ...envelopeOf(from, to, at.getTime(), id), ...(all.length > 0 && { attachments }) }
  const files = all.map(({ key, texts, octets }) => ({
    ...{
      object: key.object,
      name: 'film.mp4',
      type: 'video/mp4',
      size: texts.length * 2_048,
      chunkSize: 2 ** 18,
    },
    chunks: octets.map((_, nth) => sealChunk(key, nth + 1, texts[nth]!).sha256),
  }))
  const { ciphertext, uploadSignature } = await sealMessage({
    envelope,
    content: {
      language: 'fr',
      text: 'Voir les pièces.',
      necessityText: 'Le même camion.',
      ...(all.length > 0 && { files }),
    },
    sequence: Object.fromEntries(to.map((office) => [office, 1])),
    to: await recipients(cast, [from, ...to]),
    signWith: cast.key(`office:${from}`).privateKey,
    at,
  })
  const base64 = Buffer.from(ciphertext).toString('base64')
  return { id, input: { envelope: JSON.stringify(envelope), ciphertext: base64, signature: uploadSignature } }
}

export { SEND }
