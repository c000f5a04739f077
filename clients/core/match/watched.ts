import { z } from 'zod'
import { MATCH_CHOICES } from '../../../schema/wire/match.ts'
import { type SealedFiles, type Sealing, sealedFiles } from './sealed-files.ts'

/** A card whose selectors this machine has put on watch, or was to: in which epochs it has, and of which version. */
export const Watched = z.strictObject({
  version: z.int(),
  choice: z.enum(MATCH_CHOICES),
  epochs: z.array(z.int()),
})
export type Watched = z.infer<typeof Watched>

/** By the id of the card, each a sealed file: what was cut off is found again. */
export const watchedFiles = (folder: string, sealing: Sealing): SealedFiles<Watched> =>
  sealedFiles(folder, sealing, Watched)
