import { readKey } from 'openpgp'
import { sealCard } from '../../clients/core/card.ts'
import type { CardContent } from '../../schema/wire/card.ts'
import type { CardKind } from '../../schema/wire/codes.ts'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { officeHolder } from '../../schema/wire/holder.ts'
import type { Cast } from '../cast.ts'
import { releaseTo } from './stage.ts'

// Sealed identity cards for the laws: made by the client's own code, with real keys.

export const SEAL_CARD = 'mutation($input: SealCardInput!) { sealCard(input: $input) { card replayed } }'

type More = {
  kind?: CardKind
  content?: Partial<CardContent>
  id?: string
  version?: number
  release?: object | null
}

/** A card of an office about an entity, released and sealed to it and to these. */
export async function sealedCard(
  cast: Cast,
  office: string,
  entity: string,
  readers: string[],
  at: number,
  { kind = 'PERSON', content = {}, id = newObjectId(), version = 1, release }: More = {},
) {
  const audience = [office, ...readers]
  const object = newObjectId()
  const created = new Date(at).toISOString()
  const facts = { id, entity, kind, office, created, profile: 'compat' as const, version }
  const whole = {
    ...{ language: 'fr' as const, identifiers: [], text: 'Vit près de la gare.' },
    ...(kind === 'PERSON' && { subject: { category: 'SUSPECT' as const } }),
    ...content,
  }
  const to = await Promise.all(
    audience.map(async (one) => ({
      holder: officeHolder(one),
      key: await readKey({ armoredKey: cast.key(`office:${one}`).publicKey }),
    })),
  )
  const { ciphertext, uploadSignature } = await sealCard({
    ...{ facts, content: whole, to, object },
    ...{ signWith: cast.key(`office:${office}`).privateKey, at: new Date(at) },
  })
  const named = readers.map((one) => `office:${one}`)
  return {
    facts,
    release: release === undefined ? releaseTo(named, office.slice(0, 2).toUpperCase()) : release,
    sealed: {
      ...{ object, audience, signature: uploadSignature },
      ciphertext: Buffer.from(ciphertext).toString('base64'),
    },
  }
}
export type CardInput = Awaited<ReturnType<typeof sealedCard>>
