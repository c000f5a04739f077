import { beforeEach, describe, expect, it } from 'vitest'
import { makeGenesis } from '../../../clients/core/directory.ts'
import type { AnchorBody } from '../../../schema/wire/directory.ts'
import { anchorsOf } from '../../../schema/wire/directory-state.ts'
import {
  asClient,
  begin,
  body,
  certify,
  enter,
  FIVE,
  OTHERS,
  office,
  refused,
  refusedEntry,
  rotate,
} from './anchors.ts'
import {
  anchorBody,
  byAnchor,
  bySigners,
  directory,
  INSTANCE,
  NOW,
  openForEach,
  reopen,
  tempFolder,
  world,
} from './world.ts'

// Who must sign before an anchor's key is another one.

openForEach()
beforeEach(() => begin(FIVE, 2))

const lose = async () => enter(await body({ lost: true }), [...OTHERS, 'anchor:IT'])
const certifying = async (country: string) =>
  anchorsOf(await asClient(), country).map(({ facts }) => facts.fingerprint)
const revokes = async (name: string) => {
  const { fingerprint } = await world.key(name)
  const at = new Date(world.clock()).toISOString()
  return { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at } as const
}

describe('another key of an anchor', () => {
  it('certifies from its entry on; what the former certified stays, and it certifies nothing more', async () => {
    await certify('anchor:NE', 'ne-before')
    await rotate()
    await certify('anchor:NE-next', 'ne-after')
    await refusedEntry(await byAnchor(world, 'NE', await office('ne-late')), /by an anchor of NE/)
    expect(directory.offices().map(({ office: code }) => code)).toEqual(['ne-after', 'ne-before'])
    expect(directory.anchor('NE')).toBe((await world.key('anchor:NE-next')).publicKey)
    expect(directory.auditorsOf('NE')).toEqual([(await world.key('anchor:NE-next')).publicKey])
    await directory.close()
    await reopen()
    expect(directory.office('ne-before')?.country).toBe('NE')
  })

  it('is followed by whoever pins the genesis, over several in a row and of several countries', async () => {
    await rotate()
    const third = await body({}, { former: 'anchor:NE-next', next: 'anchor:NE-third' })
    await enter(third, ['anchor:NE-next', ...OTHERS])
    const mali = await anchorBody(world, 'ML')
    await refused(mali, ['anchor:ML', 'anchor:NE', 'anchor:DZ'], /no signature by anchor:NE:/)
    await enter(mali, ['anchor:ML', 'anchor:NE-third', 'anchor:DZ'])
    expect(await certifying('NE')).toEqual([(await world.key('anchor:NE-third')).fingerprint])
    expect(await certifying('ML')).toEqual([(await world.key('anchor:ML-next')).fingerprint])
    await certify('anchor:NE-third', 'ne-after')
    expect((await asClient()).offices.has('ne-after')).toBe(true)
  })

  it('takes the key that it replaces and as many other countries as made the genesis', async () => {
    const next = await body()
    const needed = /by anchors of 2 countries other than NE, got/
    await refused(next, ['anchor:NE'], /by anchors of 2 countries other than NE, got none/)
    await refused(next, ['anchor:NE', 'anchor:ML'], /got ML$/)
    await refused(next, ['anchor:NE', 'anchor:ML', 'anchor:ML'], /expected no signature by anchor:ML/)
    await refused(next, OTHERS, /expected a signature by the key that is replaced/)
    await refused(next, ['anchor:ML', 'anchor:DZ', 'anchor:IT', 'anchor:FR'], /by the key that is replaced/)
    await refused(next, ['anchor:NE-next', ...OTHERS], /expected no signature by/)
    await begin(['NE', 'ML'], 2)
    await refused(next, ['anchor:NE'], /by anchors of one country other than NE, got none/)
    await enter(next, ['anchor:NE', 'anchor:ML'])
    await begin(FIVE, 2)
    await refused(next, ['anchor:NE', 'anchor:FR'], needed)
    await enter(next, ['anchor:NE', ...OTHERS])
  })

  it('takes all the others where they are fewer than made the genesis, and nobody where there is none', async () => {
    await begin(['NE', 'ML', 'DZ'], 3)
    await refused(await body(), ['anchor:NE', 'anchor:ML'], /of 2 countries/)
    await rotate()
    await begin(['NE'], 1)
    await enter(await body(), ['anchor:NE'])
  })

  it('counts countries, not keys: two anchors of one country are one', async () => {
    const key = (name: string) => world.key(`anchor:${name}`)
    const anchors = await Promise.all(
      ['NE', 'NE-second', 'ML', 'ML-second', 'DZ'].map(async (name) => ({
        country: name.slice(0, 2),
        key: await key(name),
      })),
    )
    const genesis = { instance: INSTANCE, created: new Date(NOW), threshold: 2, demo: true, anchors }
    await directory.close()
    world.file = `${tempFolder()}/twins.jsonl`
    await reopen([await makeGenesis(genesis)])
    await refused(await body(), ['anchor:NE', 'anchor:ML', 'anchor:ML-second'], /of 2 countries .*, got ML$/)
    await refused(await body(), ['anchor:NE', 'anchor:NE-second', 'anchor:ML'], /no signature by anchor:NE/)
    await rotate()
    await certify('anchor:NE-second', 'ne-second')
    await certify('anchor:NE-next', 'ne-next')
  })

  it('is refused by signatures over another entry, and by one for another instance', async () => {
    const signed = await bySigners(world, ['anchor:NE', ...OTHERS], await body())
    const stolen = { ...signed, body: await body({}, { next: 'anchor:NE-thief' }) }
    await refusedEntry(stolen, /expected a sound signature/)
    await refusedEntry({ ...signed, body: { ...signed.body, lost: true } as AnchorBody }, /no signature by/)
  })

  it('comes once: a key has one successor', async () => {
    await rotate()
    const second = await body({}, { next: 'anchor:NE-other' })
    const latest = directory.latest(`anchor:NE:${second.replaces}`)
    await refused(second, ['anchor:NE', ...OTHERS], /expected to supersede/)
    await refusedEntry(
      await bySigners(world, ['anchor:NE', ...OTHERS], second, latest),
      /a key with which NE certifies today/,
    )
  })

  it('is of a country that has an anchor, and in the place of that country’s own', async () => {
    await refused(await body({ country: 'LY' }), ['anchor:NE', ...OTHERS], /a country with an anchor, got LY/)
    const { fingerprint } = await world.key('anchor:IT')
    await refused(await body({ replaces: fingerprint }), ['anchor:NE', ...OTHERS], /NE certifies today/)
    const unknown = await body({ replaces: 'f'.repeat(40) })
    await refused(unknown, ['anchor:NE', ...OTHERS], /got f{40}/)
  })

  it('is one that nobody holds or held', async () => {
    await certify('anchor:NE', 'ne-dst')
    for (const next of ['office:ne-dst', 'anchor:IT', 'anchor:NE'])
      await refused(
        await body({}, { next }),
        ['anchor:NE', ...OTHERS],
        /at most 5 years|nobody holds or held/,
      )
    await rotate()
    const back = await body({}, { former: 'anchor:NE-next', next: 'anchor:NE' })
    await refused(back, ['anchor:NE-next', ...OTHERS], /nobody holds or held/)
  })
})

describe('a lost or stolen key of an anchor', () => {
  it('is replaced by one country more than otherwise, without it, and revoked', async () => {
    await certify('anchor:NE', 'ne-before')
    await refused(await body({ lost: true }), OTHERS, /of 3 countries other than NE, got ML and DZ/)
    await lose()
    await certify('anchor:NE-next', 'ne-after')
    const { fingerprint } = await world.key('anchor:NE')
    expect((await asClient()).revoked.get(fingerprint)?.reason).toBe('KEY_COMPROMISED')
    await refusedEntry(await byAnchor(world, 'NE', await revokes('anchor:NE')), /not revoked yet/)
    await refusedEntry(await byAnchor(world, 'NE', await office('ne-late')), /by an anchor of NE/)
    expect(directory.office('ne-before')?.country).toBe('NE')
  })

  it('does not count among those who agree, nor does its thief’s', async () => {
    await refused(
      await body({ lost: true }),
      ['anchor:NE', ...OTHERS, 'anchor:IT'],
      /no signature by anchor:NE:/,
    )
    await refused(await body({ lost: true }), ['anchor:NE-next', ...OTHERS], /expected no signature by/)
  })

  it('is replaced also where it was revoked before or has ended', async () => {
    await directory.append(await byAnchor(world, 'NE', await revokes('anchor:NE')))
    await refused(await body(), ['anchor:NE', ...OTHERS], /expected a key that may sign/)
    await lose()
    await certify('anchor:NE-next', 'ne-after')
  })

  it('cannot be replaced where there are two countries: neither could be held back', async () => {
    await begin(['NE', 'ML'], 1)
    await refused(await body({ lost: true }), ['anchor:ML'], /of 2 countries other than NE, got ML/)
  })

  it('takes two even where one made the genesis', async () => {
    await begin(FIVE, 1)
    await refused(await body({ lost: true }), ['anchor:ML'], /of 2 countries other than NE, got ML/)
    await enter(await body({ lost: true }), OTHERS)
  })

  it('does not make a revoked anchor count for another country', async () => {
    await directory.append(await byAnchor(world, 'ML', await revokes('anchor:ML')))
    await refused(await body(), ['anchor:NE', ...OTHERS], /expected a key that may sign/)
    await enter(await body(), ['anchor:NE', 'anchor:DZ', 'anchor:FR'])
  })
})
