import { z } from 'zod'
import { statement } from '../statement.ts'

// A part is one sealed object of a card or of a report's note: a ciphertext on disk, and here to whom it is sealed. Most have
// one; more recipients than one message may have need several.

export const Part = z.object({
  /** Of the object on disk. */
  id: z.string(),
  /** The card's key or the report's id. */
  of: z.string(),
  audience: z.array(z.string()),
  /** Key ids of its session key packets: who can open it, whatever the directory says today. */
  keys: z.array(z.string()),
  /** SHA-256 of the data packet, hex: who loses his packet must lose the data packet too. */
  data: z.string(),
  signature: z.string(),
  signer: z.string(),
})
export type Part = z.infer<typeof Part>

/** A part as its originator's client is told of it; `audience` is empty for a note older than this record. */
export const OwnPart = z
  .tuple([z.string(), z.array(z.string()), z.array(z.string()), z.string()])
  .transform(([id, audience, keys, data]) => ({ id, audience, keys, data }))
export type OwnPart = z.infer<typeof OwnPart>

/** A part as it is served. */
export const ServedPart = z
  .tuple([z.string(), z.array(z.string()), z.string()])
  .transform(([id, audience, signature]) => ({ id, audience, signature }))
export type ServedPart = z.infer<typeof ServedPart>

export const partSealed = statement({
  name: 'part/sealed',
  params: z.object({ office: z.string() }),
  row: z.object({
    sealed: z.enum(['CARD', 'NOTE']),
    id: z.string(),
    compartment: z.number(),
    entity: z.string().nullable(),
    parts: z.array(OwnPart),
  }),
})
export type SealedRow = z.infer<typeof partSealed.row>

export const partNote = statement({
  name: 'part/note',
  params: z.object({ id: z.string(), office: z.string() }),
  row: z.object({ of: z.string(), compartment: z.number(), parts: z.array(OwnPart) }),
})

export const partReplace = statement({
  name: 'part/replace',
  access: 'write',
  params: z.object({ rows: z.array(z.object({ of: z.string(), parts: z.array(Part) })) }),
  row: z.object({ id: z.string(), gone: z.array(z.string()) }),
})
