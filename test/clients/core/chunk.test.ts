import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chunkOpener, newAttachmentKey } from '../../../clients/core/attachment-key.ts'
import { sealChunk } from '../../../clients/core/chunk.ts'
import { newObjectId, type Profile } from '../../../schema/wire/envelope.ts'
import { walk } from '../../../schema/wire/packet.ts'
import { makeOffice, NOW, type TestOffice, to } from './offices.ts'

// A sealed chunk is written octet by octet here and read by the library there.

const PROFILES: Profile[] = ['compat', 'modern']
const SIZES = [2_048, 8_370, 8_377, 8_378, 8_384, 262_138, 262_144, 262_145, 1_000_003]

async function keyFor(profile: Profile, ...offices: TestOffice[]) {
  return newAttachmentKey(newObjectId(), { to: to(...offices), profile, at: NOW })
}

describe.each(PROFILES)('a chunk in the profile %s', (profile) => {
  it.each(SIZES)('of %i octets is of the one shape, and the library opens it', async (size) => {
    const offices = await Promise.all(
      ['ne-dst', 'ml-dnlt'].map((name) => makeOffice(name, { modern: profile === 'modern' })),
    )
    const key = await keyFor(profile, ...offices)
    const text = randomBytes(size)
    const { octets, sha256 } = sealChunk(key, 1, text)
    const { profile: found, pkesks, seipd } = walk(octets)
    expect({ found, pkesks: pkesks.length }).toEqual({ found: profile, pkesks: 2 })
    expect(Buffer.compare(octets.subarray(0, seipd.offset), key.packets)).toBe(0)
    expect(sha256).toBe(createHash('sha256').update(text).digest('base64'))
    for (const { secret } of offices)
      expect(Buffer.compare(await chunkOpener([secret], NOW).open(octets), text)).toBe(0)
  })

  it('is the same octets whenever it is sealed, and others for another place, text, object or key', async () => {
    const office = await makeOffice('ne-dst', { modern: profile === 'modern' })
    const key = await keyFor(profile, office)
    const text = randomBytes(4_000)
    const sealed = sealChunk(key, 1, text).octets
    expect(Buffer.compare(sealChunk(key, 1, text).octets, sealed)).toBe(0)
    const changed = Buffer.from(text)
    changed[3_999]! ^= 1
    const others = [
      sealChunk(key, 2, text),
      sealChunk(key, 1, changed),
      sealChunk({ ...key, object: newObjectId() }, 1, text),
      sealChunk({ ...key, sessionKey: randomBytes(32) }, 1, text),
    ]
    // From the random prefix or the salt on, nothing is left of it: no two share a stretch of eight octets.
    const start = walk(sealed).seipd.offset + (profile === 'compat' ? 7 : 42)
    for (const { octets } of others)
      for (let at = start; at + 8 <= sealed.length; at += 8)
        expect(Buffer.compare(octets.subarray(at, at + 8), sealed.subarray(at, at + 8))).not.toBe(0)
  })

  it('does not open where an octet was changed, or another key sealed it', async () => {
    const office = await makeOffice('ne-dst', { modern: profile === 'modern' })
    const key = await keyFor(profile, office)
    const { octets } = sealChunk(key, 1, randomBytes(3_000))
    const opener = chunkOpener([office.secret], NOW)
    await opener.open(octets)
    for (const at of [
      octets.length - 1,
      octets.length - 25,
      octets.length - 1_500,
      key.packets.length + 60,
    ]) {
      const wrong = Buffer.from(octets)
      wrong[at]! ^= 1
      await expect(opener.open(wrong)).rejects.toMatchObject({ code: 'SEAL' })
    }
    const foreign = sealChunk(await keyFor(profile, office), 1, randomBytes(3_000))
    await expect(opener.open(foreign.octets)).rejects.toMatchObject({ code: 'SEAL' })
    expect((await chunkOpener([office.secret], NOW).open(foreign.octets)).length).toBe(3_000)
  })
})
