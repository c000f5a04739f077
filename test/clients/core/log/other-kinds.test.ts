import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parsePolicy, quorumSince } from '../../../../clients/core/log/policy.ts'
import { openKept } from '../../../../clients/witness/kept.ts'
import { witnessOf } from '../../../../clients/witness/witness.ts'
import { cosignatureIn, witnessKeyOf } from '../../../../server/audit/tree/cosignature.ts'
import { readLines } from '../../../../server/audit/tree/note.ts'
import { checkpoint, cosigner, log, logs, submit, tree, witnessKey } from '../../witness/signed-log.ts'
import { headText, signatureOf, signerOf } from './writer.ts'

// Room for ML-DSA-44 beside Ed25519: whoever does not know a kind of signature passes it over, and believes nothing by it.

const pair = generateKeyPairSync('ml-dsa-44')
const NOW = 1_770_000_000

/** A line of ML-DSA-44 under this name, of a log (without time) or a witness, as C2SP's next cosignatures have their size. */
function modernLine(name: string, text: string, time?: number): string {
  const stamp = Buffer.alloc(time === undefined ? 0 : 8)
  if (time !== undefined) stamp.writeBigUInt64BE(BigInt(time))
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-1_312)
  const material = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(0x06), publicKey])
  const id = hash('sha256', material, 'buffer').subarray(0, 4)
  const signature = sign(null, Buffer.from(text), pair.privateKey)
  expect(signature).toHaveLength(2_420)
  return `— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`
}

const SIZE = 5
const text = headText(log.name, SIZE, tree.root(SIZE))
const note = (...lines: string[]) => Buffer.from(`${text}\n${lines.join('')}`)
const own = signatureOf(log, text)
const modern = modernLine(log.name, text)

describe('a checkpoint with a signature of a kind that we do not know', () => {
  it('is taken where the kind that we know suffices, in any order', () => {
    for (const lines of [
      [own, modern],
      [modern, own],
      [modern, own, modern],
    ]) {
      const { checkpoint: read, signers } = openCheckpoint(note(...lines), logs)
      expect([read.size, signers.size, read.note.signatures.length]).toEqual([SIZE, 1, lines.length])
      // Handed on, it is whole.
      expect(read.bytes.equals(note(...lines))).toBe(true)
    }
  })

  it('is refused with those alone', () => {
    for (const lines of [[modern], [modern, modernLine('witness.example/ml', text, NOW)]])
      expect(() => openCheckpoint(note(...lines), logs, [witnessKey])).toThrow(/a known key of its log/)
  })

  it('has a quorum by the cosignatures that we know, and none by others', () => {
    const names = ['ml', 'ne'].map((name) => `witness.example/${name}`)
    const [ml, ne] = names.map((name) => signerOf(name, 4)) as [typeof log, typeof log]
    const lines = [`log ${log.vkey}`, `witness ml ${ml.vkey}`, `witness ne ${ne.vkey}`]
    const policy = parsePolicy(Buffer.from([...lines, 'group both all ml ne', 'quorum both'].join('\n')))
    const since = (...cosigned: string[]) => {
      const { logs: known, witnesses } = policy
      return quorumSince(policy, openCheckpoint(note(own, modern, ...cosigned), known, witnesses).signers)
    }
    const both = names.map((name) => modernLine(name, text, NOW))
    const signed = [ml, ne].map((one) => signatureOf(one, text, NOW))
    expect(since(...both, ...signed)).toBe(NOW)
    expect(since(both[0]!, signed[0]!, both[1]!)).toBeNull()
    expect(since(...both)).toBeNull()
  })
})

describe('a witness', () => {
  async function open() {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-kinds-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const kept = await openKept(folder)
    return { kept, witness: witnessOf({ cosigner, logs, kept, clock: () => NOW * 1_000 }) }
  }

  it('co-signs a log that signs in two ways, and keeps the one that it knows', async () => {
    const { kept, witness } = await open()
    const answer = await witness.addCheckpoint(submit(0, note(modern, own)))
    expect(answer.status).toBe(200)
    const { signers } = openCheckpoint(note(modern, own, answer.body), logs, [witnessKey])
    expect(signers.get(witnessKey)).toEqual({ time: NOW })
    expect((await kept.last(log.name)).seen!.checkpoint).toBe(checkpoint(SIZE).toString())
    const grown = checkpoint(9).toString() + modernLine(log.name, headText(log.name, 9, tree.root(9)))
    expect((await witness.addCheckpoint(submit(SIZE, Buffer.from(grown), tree.proof(SIZE, 9)))).status).toBe(
      200,
    )
  })

  it('co-signs none that is signed in the other way alone', async () => {
    const { kept, witness } = await open()
    expect((await witness.addCheckpoint(submit(0, note(modern)))).status).toBe(403)
    expect((await kept.last(log.name)).seen).toBeNull()
  })
})

describe('the server', () => {
  it('takes of a witness that answers in two ways the one that it knows, and nothing where there is no other', () => {
    const ml = signerOf('witness.example/ml', 4)
    const [known, other] = [signatureOf(ml, text, NOW), modernLine(ml.name, text, NOW)]
    const read = (answer: string) =>
      cosignatureIn(readLines(answer)!, Buffer.from(text), witnessKeyOf(ml.vkey))
    expect(read(other + known)).toEqual({ line: known, time: NOW * 1_000 })
    expect(read(other)).toBeNull()
  })
})
