import { enums } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newObjectId } from '../../schema/wire/envelope.ts'
import { walk } from '../../schema/wire/packet.ts'
import { isNoticed } from './broken.ts'
import { HOSTILE } from './unsealed-hostile.ts'
import { erase, erasedTogether, forged, keysTold, overheard, secretsOf, taken } from './unsealed-leaks.ts'
import { MUTANTS } from './unsealed-mutants.ts'
import { BOTH, blobs, closeUnsealed, good, graph, NIGER, openUnsealed, WAYS } from './unsealed-ways.ts'

// Law 4 at the API: nothing but a sealed message is taken, it is served to its readers alone and in their own excerpt, no private
// key reaches the server, and who erases his own object erases no other.

vi.mock('../../server/exchange/gate.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../server/exchange/upload-signature.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../schema/wire/packet.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)
vi.mock('../../schema/wire/randomness.ts', async (original) =>
  (await import('./bendable.ts')).bendable(await original()),
)

beforeAll(openUnsealed, 1_500_000)
afterAll(closeUnsealed)

describe('nothing but a sealed message is taken', () => {
  it.each(HOSTILE)('%s is refused, as a note and as a message, and stored nowhere', async (...row) => {
    expect(await taken([row])).toEqual([])
  })

  it('and a sealed one is, by each way', async () => {
    for (const send of Object.values(WAYS)) {
      const { json } = await send({ object: newObjectId(), ciphertext: await good(), audience: BOTH })
      expect(json.errors).toBeUndefined()
    }
    // Both algorithms are what the hostile packets pretend to be.
    const { pkesks } = walk(await good())
    expect(pkesks.map(({ algorithm }) => algorithm)).toEqual([enums.publicKey.ecdh, enums.publicKey.ecdh])
  })

  it('nor one that another office uploads', async () => {
    expect(await forged()).toEqual([])
  })
})

describe('what is sealed', () => {
  it('is served to its offices alone, and a note in each reader’s own excerpt', async () => {
    expect(await overheard()).toEqual([])
  })

  it('is erased alone: equal octets and borrowed ids take nothing with them', async () => {
    expect(await erasedTogether()).toEqual([])
  })

  it('goes with the last that names it, where two found its id free at the same time', async () => {
    const [object, ciphertext] = [newObjectId(), await good()]
    const { report: id } = await WAYS.note({ object, ciphertext, audience: BOTH })
    await graph.setup('CREATE (:Message {id: $object})', { object })
    await erase(NIGER, id)
    expect(await blobs()).toContain(object)
    await graph.setup('MATCH (m:Message {id: $object}) DELETE m', { object })
  })

  it('is opened and signed where its keys are: nothing of one comes to the server', async () => {
    expect(secretsOf(NIGER).length).toBeGreaterThan(1)
    expect(await keysTold()).toEqual([])
  })
})

isNoticed([() => taken(HOSTILE), forged, overheard, erasedTogether, keysTold], MUTANTS)
