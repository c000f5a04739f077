import { EventEmitter, once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parseVerifierKey } from '../../../../clients/core/log/note.ts'
import type { Fault } from '../../../../schema/wire/fault.ts'
import {
  type Cosigning,
  type CosigningOptions,
  openCosigning,
} from '../../../../server/audit/tree/cosigning.ts'
import type { Memory } from '../../../../server/audit/tree/objects.ts'
import type { Publisher } from '../../../../server/audit/tree/publisher.ts'
import { witnessPolicyOf } from '../../../../server/audit/tree/witness-policy.ts'
import { type Signer, signatureOf, signerOf } from '../../../clients/core/log/writer.ts'
import { key, plainMemory, publishTo } from './fixture.ts'
import { memoryObjects } from './memory-objects.ts'

// A log, its cosigning, and witnesses that a test has in its hand: they check nothing and answer what they are told to.

/** What a log has sent: the size it starts from, how many hashes prove it, and the checkpoint's text. */
export type Sent = { old: number; hashes: number; size: number; text: string }
export type Reply = (sent: Sent, response: ServerResponse, witness: Signer) => void

export type FakeWitness = {
  signer: Signer
  /** As a policy has it. */
  line: string
  sent: Sent[]
  /** How it answers from now on. */
  reply: Reply
  /** Resolves at the next submission that comes. */
  asked(): Promise<unknown>
  /** Resolves when whatever is on its way to it has come. */
  settled(): Promise<unknown>
}

export const say = (response: ServerResponse, status: number, body: string | Buffer, type = 'text/plain') =>
  void response.writeHead(status, { 'content-type': type }).end(body)

export const cosign =
  (time: () => number): Reply =>
  ({ text }, response, signer) =>
    say(response, 200, signatureOf(signer, text, Math.floor(time() / 1_000)))

/** Lives as long as the test that makes it. */
export async function fakeWitness(name: string, reply: Reply): Promise<FakeWitness> {
  const told = new EventEmitter()
  const answer: RequestListener = async (request, response) => {
    response.on('error', () => {})
    if (request.method === 'GET') return void response.end()
    const body = Buffer.concat(await request.toArray()).toString()
    const [proof, text] = body.split('\n\n') as [string, string]
    const [first, ...hashes] = proof.split('\n')
    const sent = {
      ...{ old: Number(first!.slice(4)), hashes: hashes.length, text: `${text}\n` },
      size: Number(text.split('\n')[1]),
    }
    witness.sent.push(sent)
    witness.reply(sent, response, witness.signer)
    told.emit('asked')
  }
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const signer = signerOf(`witness.example/${name}`, 4)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const witness: FakeWitness = {
    ...{ signer, reply, sent: [] },
    line: `witness ${name} ${signer.vkey} ${url}`,
    asked: () => once(told, 'asked'),
    settled: () => fetch(url),
  }
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return witness
}

/** A memory that tells what it has kept. */
export function tellingMemory(checkpoint: Buffer | null = null) {
  const told = new EventEmitter()
  const memory = plainMemory(checkpoint)
  const keep = memory.keep.bind(memory)
  return {
    memory: Object.assign(memory, {
      async keep(next: Buffer) {
        await keep(next)
        // Whoever waits is told once the cosigning knows that it is kept.
        setImmediate(() => told.emit('kept'))
      },
    }),
    /** Resolves at once where it holds, and otherwise at the first time that it does. */
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await once(told, 'kept')
    },
  }
}

export type Complaint = { witness: string | null; fault: Fault }

export type World = {
  publisher: Publisher
  cosigning: Cosigning
  memory: Memory & { checkpoint: Buffer | null }
  until(holds: () => boolean): Promise<void>
  complaints: Complaint[]
  /** Resolves at the next complaint, or at once where there is one. */
  complained(): Promise<Complaint>
}

/** A log of `size` leaves that has `witnesses` co-sign it, as long as the test lasts; asks only when it is told to. */
export async function cosignedLog(
  witnesses: FakeWitness[],
  quorum: string[],
  more: Partial<CosigningOptions> & { size?: number } = {},
): Promise<World> {
  const objects = memoryObjects()
  const publisher = await publishTo(objects, more.size ?? 10)
  const { memory, until } = tellingMemory()
  const complaints: Complaint[] = []
  const told = new EventEmitter()
  const policy = witnessPolicyOf(Buffer.from([...witnesses.map(({ line }) => line), ...quorum].join('\n')))
  const cosigning = await openCosigning({
    ...{ policy, log: publisher, objects, key, memory, clock: Date.now },
    timer: () => () => {},
    // A test's machine may be busy.
    timeout: 60_000,
    complain(fault, witness) {
      complaints.push({ fault, witness })
      told.emit('complained')
    },
    ...more,
  })
  onTestFinished(() => cosigning.close())
  return {
    ...{ publisher, cosigning, memory, until, complaints },
    async complained() {
      if (complaints.length === 0) await once(told, 'complained')
      return complaints[0]!
    },
  }
}

/** The size of a co-signed checkpoint and the names of those who signed it, as the verifier reads it. */
export function readBy(
  witnesses: FakeWitness[],
  bytes: Buffer | null,
): { size: number; names: string[] } | null {
  if (!bytes) return null
  const keys = witnesses.map(({ signer }) => parseVerifierKey(signer.vkey))
  const { checkpoint, signers } = openCheckpoint(bytes, [parseVerifierKey(key.vkey)], keys)
  const names = keys
    .filter((one) => signers.has(one))
    .map(({ name }) => name.slice('witness.example/'.length))
  return { size: checkpoint.size, names }
}
