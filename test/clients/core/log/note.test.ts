import { describe, expect, it } from 'vitest'
import { openCheckpoint, parseCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parseNote, parseVerifierKey, signersOf } from '../../../../clients/core/log/note.ts'
import { isConsistent } from '../../../../clients/core/log/tree.ts'
import { Fault } from '../../../../schema/wire/fault.ts'
import vectors from './go-vectors.json' with { type: 'json' }
import { random } from './random.ts'
import { entriesOf, headText, NaiveTree, noteOf, signatureOf, signerOf } from './writer.ts'

const FUZZ = Number(process.env.PORTOLAN_FUZZ ?? 20_000)

const log = signerOf('sahel.portolan/audit/2026h2', 1)
const witness = signerOf('witness.example/ml', 4)
const [logKey, witnessKey] = [log, witness].map(({ vkey }) => parseVerifierKey(vkey)) as [
  ReturnType<typeof parseVerifierKey>,
  ReturnType<typeof parseVerifierKey>,
]
const ROOT = new NaiveTree(entriesOf(5)).root(5)
const TEXT = headText(log.name, 5, ROOT)

const LOG = expect.objectContaining({ code: 'LOG' })
const refused = (act: () => unknown) => expect(act).toThrow(LOG)

// The note, and the keys, of golang.org/x/mod/sumdb/note (BSD licence).
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
const SAID =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
    '’',
    "'",
  )
const BY_PETER =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

describe('a signed note', () => {
  const peter = parseVerifierKey(PETER)

  it('that Go’s own library signed is read, and its signer known', () => {
    const note = parseNote(Buffer.from(`${SAID}\n${BY_PETER}`))
    expect(note.text).toBe(SAID)
    expect([...signersOf(note, [peter])]).toEqual([[peter, { time: null }]])
  })

  it('keeps the lines of keys that nobody here knows, and believes none of them', () => {
    // His name with another id, and his id with another name.
    const name = `— PeterNeumann ${Buffer.from('not his').toString('base64')}\n`
    const id = BY_PETER.replace('PeterNeumann', 'Somebody').replace('ZJkuBS9', 'ZJkuBS8')
    const note = parseNote(Buffer.from(`${SAID}\n${name}${id}${BY_PETER}`))
    expect(note.signatures).toHaveLength(3)
    expect(note.signatures.map(({ line }) => `${line}\n`)).toEqual([name, id, BY_PETER])
    expect([...signersOf(note, [peter]).keys()]).toEqual([peter])
    expect(signersOf(note, [logKey]).size).toBe(0)
  })

  it('may have empty lines in its text, which ends at the last', () => {
    const text = 'one\n\n— two AAAAAAA=\n\nthree\n'
    const note = parseNote(noteOf(text, [log]))
    expect(note.text).toBe(text)
    expect([...signersOf(note, [logKey]).keys()]).toEqual([logKey])
  })

  it('is refused whole where a known key’s signature does not hold, another beside it or not', () => {
    const bytes = Buffer.from(BY_PETER.split(' ')[2]!, 'base64')
    bytes[40]! ^= 1
    const wrong = `— PeterNeumann ${bytes.toString('base64')}\n`
    for (const lines of [wrong, BY_PETER + wrong, wrong + BY_PETER])
      refused(() => signersOf(parseNote(Buffer.from(`${SAID}\n${lines}`)), [peter]))
    refused(() => signersOf(parseNote(Buffer.from(`${SAID}.\n\n${BY_PETER}`)), [peter]))
  })

  it.each([
    ['without text', `\n${BY_PETER}`],
    ['of an empty text', `\n\n${BY_PETER}`],
    ['without signatures', `${SAID}\n`],
    ['without an empty line', `${SAID}${BY_PETER}`],
    ['without its last newline', `${SAID}\n${BY_PETER.trimEnd()}`],
    ['with an empty line at its end', `${SAID}\n${BY_PETER}\n`],
    ['with carriage returns', `${SAID}\n${BY_PETER}`.replaceAll('\n', '\r\n')],
    ['with a tab', `a\tb\n\n${BY_PETER}`],
    ['with a zero', `a\0b\n\n${BY_PETER}`],
    ['with a hyphen for the dash', `${SAID}\n-${BY_PETER.slice(1)}`],
    ['with two spaces', `${SAID}\n${BY_PETER.replace('n x', 'n  x')}`],
    ['with a space after a signature', `${SAID}\n${BY_PETER.replace('\n', ' \n')}`],
    ['with a plus in a name', `${SAID}\n${BY_PETER.replace('PeterN', 'Peter+N')}`],
    ['with a no-break space in a name', `${SAID}\n${BY_PETER.replace('PeterN', 'Peter\u00a0N')}`],
    ['without padding', `${SAID}\n${BY_PETER.replace('=', '')}`],
    ['with spare bits', `${SAID}\n${BY_PETER.replace('AM=', 'AN=')}`],
    ['with base64 of the URL kind', `${SAID}\n${BY_PETER.replaceAll('/', '_')}`],
    ['with a signature of no octets', `${SAID}\n— PeterNeumann x08gow==\n`],
    ['with 65 signatures', `${SAID}\n${BY_PETER.repeat(65)}`],
  ])('%s is refused', (_, text) => refused(() => parseNote(Buffer.from(text))))

  it('that is not UTF-8, or is huge, is refused', () => {
    refused(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(`${SAID}\n${BY_PETER}`)])))
    refused(() => parseNote(Buffer.from(`${'x'.repeat(300_000)}\n\n${BY_PETER}`)))
  })
})

describe('a public key', () => {
  it.each([
    ['of another id', PETER.replace('c7', 'c8')],
    ['of another name', PETER.replace('Peter', 'Petra')],
    ['without its id', PETER.replace('+c74f20a3', '')],
    ['with an id in capitals', PETER.replace('c74f20a3', 'C74F20A3')],
    ['of another type', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['that is too long', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['without material', 'PeterNeumann+c74f20a3+'],
    ['with a space in its name', ENOCH.replace('hR', 'h R')],
  ])('%s is refused', (_, text) => refused(() => parseVerifierKey(text)))
})

describe('a checkpoint', () => {
  it('by Go’s tools, cosigned and with ML-DSA beside it, is read by those keys', () => {
    const [goLog, goWitness] = [parseVerifierKey(vectors.log), parseVerifierKey(vectors.witness)]
    const { checkpoint, signers } = openCheckpoint(Buffer.from(vectors.newer), [goLog], [goWitness])
    expect(checkpoint).toMatchObject({ origin: 'go.portolan.example/log', size: 1000 })
    expect(checkpoint.note.signatures).toHaveLength(3)
    expect(checkpoint.bytes.toString()).toBe(vectors.newer)
    expect(signers.get(goLog)).toEqual({ time: null })
    expect(signers.get(goWitness)!.time).toBeGreaterThan(1_700_000_000)
    const { checkpoint: older } = openCheckpoint(Buffer.from(vectors.older), [goLog])
    const path = vectors.consistency.map((hash) => Buffer.from(hash, 'base64'))
    expect(isConsistent(older, checkpoint, path)).toBe(true)
  })

  it('may have extension lines, which are signed with the rest', () => {
    const text = `${TEXT}later things\n`
    const { checkpoint } = openCheckpoint(noteOf(text, [log]), [logKey])
    expect(checkpoint).toMatchObject({ size: 5, root: ROOT })
    refused(() => openCheckpoint(Buffer.from(`${text}more\n\n${signatureOf(log, text)}`), [logKey]))
  })

  it('is believed from its own log only', () => {
    const other = parseVerifierKey(signerOf('lake.portolan/audit/2026h2', 1).vkey)
    refused(() => openCheckpoint(noteOf(TEXT, [log]), []))
    refused(() => openCheckpoint(noteOf(TEXT, [log]), [other]))
    refused(() => openCheckpoint(noteOf(TEXT, [witness]), [logKey], [witnessKey]))
    // A known log signs another one's checkpoint.
    const foreign = headText(other.name, 5, ROOT)
    refused(() => openCheckpoint(noteOf(foreign, [log]), [logKey, other]))
  })

  it('tells when each witness signed it first, and no witness may have signed another', () => {
    for (const times of [
      [100, 200],
      [200, 100],
    ]) {
      const twice = noteOf(TEXT, [log, ...times.map((time) => ({ signer: witness, time }))])
      expect(openCheckpoint(twice, [logKey], [witnessKey]).signers.get(witnessKey)).toEqual({ time: 100 })
    }
    const other = headText(log.name, 6, ROOT)
    const moved = Buffer.from(`${TEXT}\n${signatureOf(log, TEXT)}${signatureOf(witness, other)}`)
    refused(() => openCheckpoint(moved, [logKey], [witnessKey]))
    // The log's own signature under the name and id of the witness.
    const [, , bytes] = signatureOf(log, TEXT).trimEnd().split(' ')
    const lent = Buffer.concat([witness.id, Buffer.from(bytes!, 'base64').subarray(4)]).toString('base64')
    const disguised = Buffer.from(`${TEXT}\n${signatureOf(log, TEXT)}— ${witness.name} ${lent}\n`)
    refused(() => openCheckpoint(disguised, [logKey], [witnessKey]))
  })

  const root = ROOT.toString('base64')
  it.each([
    ['without an origin', `\n5\n${root}\n`],
    ['of two lines', `${log.name}\n5\n`],
    ['with an empty line among its extensions', `${TEXT}\nmore\n`],
    ['with a size that begins with zero', `${log.name}\n05\n${root}\n`],
    ['with a negative size', `${log.name}\n-5\n${root}\n`],
    ['with a size in exponents', `${log.name}\n5e3\n${root}\n`],
    ['with a size beyond whole numbers', `${log.name}\n9007199254740993\n${root}\n`],
    ['with a short root', `${log.name}\n5\n${ROOT.subarray(1).toString('base64')}\n`],
    ['with a root in hexadecimal', `${log.name}\n5\n${ROOT.toString('hex')}\n`],
    ['with a root of nothing that is another', `${log.name}\n0\n${root}\n`],
  ])('%s is refused, however well signed', (_, text) =>
    refused(() => openCheckpoint(noteOf(text, [log]), [logKey])),
  )

  it('that was altered anywhere is never taken for another', { timeout: 1_800_000 }, () => {
    const { below, flip } = random(8032)
    const whole = noteOf(TEXT, [log, { signer: witness, time: 100 }])
    let accepted = 0
    for (let i = 0; i < FUZZ; i++) {
      let bytes: Buffer = Buffer.from(whole)
      for (let n = below(3); n >= 0; n--) bytes = mutate(bytes)
      try {
        const { checkpoint, signers } = openCheckpoint(bytes, [logKey], [witnessKey])
        const time = signers.get(witnessKey)?.time ?? 100
        if (checkpoint.note.text !== TEXT || time !== 100) accepted++
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'LOG') throw error
      }
    }
    expect(accepted).toBe(0)

    function mutate(bytes: Buffer): Buffer {
      const at = below(bytes.length)
      const kind = below(5)
      if (kind === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(8))])
      if (kind === 1) return Buffer.concat([bytes.subarray(0, at), Buffer.from('\n'), bytes.subarray(at)])
      if (kind === 2) return Buffer.concat([bytes.subarray(0, at), bytes])
      if (kind === 3) {
        const lines = bytes.toString('latin1').split('\n')
        lines.splice(below(lines.length), 0, lines[below(lines.length)]!)
        return Buffer.from(lines.join('\n'), 'latin1')
      }
      const altered = Buffer.from(bytes)
      if (altered.length > 0) flip(altered)
      return altered
    }
  })

  it('is parsed even where nobody is trusted, to be kept', () => {
    expect(parseCheckpoint(noteOf(TEXT, [log]))).toMatchObject({ origin: log.name, size: 5 })
  })
})
