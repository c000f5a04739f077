import { describe, expect, it } from 'vitest'
import { parseVerifierKey } from '../../../../clients/core/log/note.ts'
import { parseKeys } from '../../../../clients/core/log/policy.ts'
import { openProof, parseProof, writeProof } from '../../../../clients/core/log/proof-file.ts'
import { Fault } from '../../../../schema/wire/fault.ts'
import vectors from './go-vectors.json' with { type: 'json' }
import { random } from './random.ts'
import { entriesOf, headText, leafOf, NaiveTree, noteOf, signerOf } from './writer.ts'

const FUZZ = Number(process.env.PORTOLAN_FUZZ ?? 20_000)
const log = signerOf('sahel.portolan/audit/2026h2', 1)
const policy = parseKeys(Buffer.from(log.vkey))
const SIZE = 21
const tree = new NaiveTree(entriesOf(SIZE))
const checkpoint = noteOf(headText(log.name, SIZE, tree.root(SIZE)), [log])
const proofOf = (index: number, extra: Buffer | null = tree.entries[index]!) =>
  writeProof({ index, path: tree.path(index, SIZE), checkpoint, extra })

const LOG = expect.objectContaining({ code: 'LOG' })

describe('a proof file', () => {
  it('that Go’s own library wrote is read, holds, and is written the same', () => {
    const bytes = Buffer.from(vectors.proof)
    const goPolicy = {
      logs: [parseVerifierKey(vectors.log)],
      witnesses: [parseVerifierKey(vectors.witness)],
      addresses: new Map(),
      quorum: null,
    }
    const opened = openProof(bytes, goPolicy)
    expect(opened).toMatchObject({ index: 777, entry: Buffer.from('go entry 777') })
    expect(opened.checkpoint.size).toBe(1000)
    expect(opened.signers.size).toBe(2)
    expect(writeProof(parseProof(bytes)).toString()).toBe(vectors.proof)
  })

  it('holds for each entry of a log, by what it carries or by the hash of a leaf', () => {
    for (let index = 0; index < SIZE; index++) {
      const leaf = leafOf(tree.entries[index]!)
      expect(openProof(proofOf(index), policy)).toMatchObject({
        index,
        leafHash: leaf,
        entry: tree.entries[index],
      })
      expect(openProof(proofOf(index, null), policy, leaf)).toMatchObject({ index, entry: null })
    }
  })

  it('shows nothing that it carries beside what it proves', () => {
    const bytes = proofOf(3, Buffer.from('another story'))
    expect(() => openProof(bytes, policy)).toThrow(LOG)
    expect(openProof(bytes, policy, leafOf(tree.entries[3]!)).entry).toBeNull()
  })

  it('is refused for another leaf, by another key, and where it says of no leaf', () => {
    expect(() => openProof(proofOf(3), policy, leafOf(tree.entries[4]!))).toThrow(LOG)
    expect(() => openProof(proofOf(3), parseKeys(Buffer.from(signerOf(log.name, 1, 'else').vkey)))).toThrow(
      LOG,
    )
    expect(() => openProof(proofOf(3, null), policy)).toThrow(LOG)
  })

  const text = proofOf(3).toString()
  it.each([
    ['of another title', text.replace('@v1', '@v2')],
    ['without an index', text.replace('index 3\n', '')],
    ['with an index that begins with zero', text.replace('index 3', 'index 03')],
    ['with an index beyond the log', text.replace('index 3', `index ${SIZE}`)],
    ['with an index beyond whole numbers', text.replace('index 3', 'index 99999999999999999999')],
    ['with two extras', text.replace('extra ', 'extra AAAA\nextra ')],
    ['with the extra after the index', text.replace(/(extra .*\n)(index .*\n)/, '$2$1')],
    ['with carriage returns', text.replaceAll('\n', '\r\n')],
    ['without its checkpoint', text.slice(0, text.indexOf('\n\n') + 2)],
    [
      'with 64 hashes',
      text.replace('index 3\n', `index 3\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`),
    ],
    [
      'with a hash of 31 octets',
      text.replace('index 3\n', `index 3\n${Buffer.alloc(31).toString('base64')}\n`),
    ],
  ])('%s is refused', (_, altered) => expect(() => openProof(Buffer.from(altered), policy)).toThrow(LOG))

  it('that was altered never proves another entry', { timeout: 1_800_000 }, () => {
    const { below, flip } = random(6962)
    let accepted = 0
    for (let i = 0; i < FUZZ; i++) {
      const index = below(SIZE)
      const bytes = proofOf(index)
      for (let n = below(2); n >= 0; n--) mutate(bytes)
      try {
        const opened = openProof(bytes, policy)
        const isSame = opened.index === index && opened.entry?.equals(tree.entries[index]!)
        if (!isSame || opened.checkpoint.size !== SIZE) accepted++
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'LOG') throw error
      }
    }
    expect(accepted).toBe(0)

    function mutate(bytes: Buffer): void {
      // Often another letter, so that base64 stays base64 and numbers stay numbers.
      if (below(2) === 0) flip(bytes)
      else bytes[below(bytes.length)] = '0123456789ABCDEFabcdef+/'.charCodeAt(below(24))
    }
  })
})
