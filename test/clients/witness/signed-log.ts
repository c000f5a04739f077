import { cosignerOf, drawCosignerKey } from '../../../clients/core/log/cosign.ts'
import { parseVerifierKey } from '../../../clients/core/log/note.ts'
import { entriesOf, headText, NaiveTree, noteOf, type Signed, signerOf } from '../core/log/writer.ts'

// A log of 300 leaves as its witness meets it, and the same log as it would be shown to others.

export const log = signerOf('sahel.portolan/audit/2026h2', 1)
export const logs = [parseVerifierKey(log.vkey)]
export const tree = new NaiveTree(entriesOf(300))
export const other = new NaiveTree([...tree.entries.slice(0, 100), ...entriesOf(200, 'rewritten')])

export const cosigner = cosignerOf('witness.example/ml', drawCosignerKey())
export const witnessKey = parseVerifierKey(cosigner.verifierKey)

export const checkpoint = (size: number, of = tree, signers: Signed[] = [log]) =>
  noteOf(headText(log.name, size, of.root(size)), signers)

/** The body of `add-checkpoint`. */
export const submit = (old: number, note: Buffer, path: Buffer[] = []) =>
  Buffer.from([`old ${old}`, ...path.map((hash) => hash.toString('base64')), '', note.toString()].join('\n'))

export const grow = (from: number, to: number, of = tree) =>
  submit(from, checkpoint(to, of), of.proof(from, to))
