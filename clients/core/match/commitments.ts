import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import {
  commitmentTo,
  Epoch,
  EVALUATION_AIMS,
  Octets32,
  SELECTOR_TYPES,
  selectorInput,
} from '../../../schema/wire/match.ts'
import { type SealedFiles, type Sealing, sealedFiles } from './sealed-files.ts'
import type { Selector } from './selectors.ts'

/**
 * One selector that an officer had evaluated, as his own log has it. It opens the commitment that the platform and the
 * evaluators have, alone: each has its own salt, and says nothing of any other.
 */
export const Commitment = z.strictObject({
  commitment: Octets32,
  salt: Octets32,
  type: z.enum(SELECTOR_TYPES),
  normal: z.string(),
  epoch: Epoch,
  aim: z.enum(EVALUATION_AIMS),
  case: z.string(),
  order: z.string(),
  at: z.iso.datetime(),
})
export type Commitment = z.infer<typeof Commitment>

/** Commits to a selector by a fresh salt of 256 bits. */
export function commit(
  { type, normal }: Selector,
  about: Pick<Commitment, 'epoch' | 'aim' | 'case' | 'order' | 'at'>,
): Commitment {
  const salt = randomBytes(32)
  const commitment = commitmentTo(salt, selectorInput(about.epoch, type, normal))
  return { ...about, type, normal, ...{ commitment: text(commitment), salt: text(salt) } }
}

const text = (octets: Buffer) => octets.toString('base64url')

/** Whether what an officer opened is what he had committed to. */
export const opens = ({ commitment, salt, epoch, type, normal }: Commitment): boolean =>
  text(commitmentTo(Buffer.from(salt, 'base64url'), selectorInput(epoch, type, normal))) === commitment

/** The officer's log, a sealed file for each order; its entries stand each for itself. */
export const commitmentLog = (folder: string, sealing: Sealing): SealedFiles<Commitment[]> =>
  sealedFiles(folder, sealing, z.array(Commitment))
