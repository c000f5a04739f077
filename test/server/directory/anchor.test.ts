import * as openpgp from 'openpgp'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeGenesis, readDirectory } from '../../../clients/core/directory.ts'
import type { AnchorBody, SignedBody } from '../../../schema/wire/directory.ts'
import { anchorsOf } from '../../../schema/wire/directory-state.ts'
import {
  anchorBody,
  byAnchor,
  bySigners,
  DAY,
  directory,
  INSTANCE,
  NOW,
  officeBody,
  openForEach,
  recoveryBody,
  reopen,
  tempFolder,
  world,
  worldGenesis,
} from './world.ts'

// Five countries, two of which make a genesis: who must sign before an anchor's key is another one.

openForEach()

const FIVE = ['NE', 'ML', 'DZ', 'IT', 'FR']
const OTHERS = ['anchor:ML', 'anchor:DZ']

beforeEach(() => begin(FIVE, 2))

async function begin(countries: string[], threshold: number): Promise<void> {
  await directory.close()
  world.file = `${tempFolder()}/anchors.jsonl`
  await reopen([await worldGenesis(world, { countries, threshold })])
}
const body = (more: Partial<AnchorBody> = {}, names?: { former?: string; next?: string }) =>
  anchorBody(world, 'NE', more, names)
const enter = async (body: AnchorBody, by: string[]) => directory.append(await bySigners(world, by, body))
const refusedEntry = (entry: SignedBody, message: RegExp) =>
  expect(directory.append(entry)).rejects.toMatchObject({
    code: 'DIRECTORY',
    message: expect.stringMatching(message),
  })
const refused = async (body: AnchorBody, by: string[], message: RegExp) =>
  refusedEntry(await bySigners(world, by, body), message)
const office = (code: string) => officeBody(world, code, 'POLICE')
const certify = async (signer: string, code: string) =>
  directory.append(await bySigners(world, [signer], await office(code)))
const rotate = async () => enter(await body(), ['anchor:NE', ...OTHERS])
const lose = async () => enter(await body({ lost: true }), [...OTHERS, 'anchor:IT'])
const asClient = () => readDirectory(directory.publicEntries(), directory.genesisHash)
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
    await refused(next, ['anchor:NE'], /by anchors of 1 countries other than NE, got none/)
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

  it('is strong, whole, good today and for five years at most', async () => {
    const date = new Date(NOW - DAY)
    const make = async (more: object) =>
      (await openpgp.generateKey({ userIDs: [{ name: 'x' }], date, ...more })).publicKey
    const life = 5 * 366 * 86_400
    const bad = async (key: string, message: RegExp) =>
      refused(await body({ key }), ['anchor:NE', ...OTHERS], message)
    await bad(await make({ type: 'rsa', rsaBits: 2048, keyExpirationTime: life }), /3072 to 4096 RSA bits/)
    await bad(await make({ keyExpirationTime: life, subkeys: [] }), /sign and be encrypted to/)
    await bad(await make({ keyExpirationTime: 60 }), /sign and be encrypted to/)
    const weak = {
      type: 'ecc',
      curve: 'secp256k1',
      keyExpirationTime: life,
      config: { rejectCurves: new Set() },
    }
    await bad(await make(weak), /sign and be encrypted to/)
    await bad(await make({}), /at most 5 years/)
    await bad(await make({ keyExpirationTime: life + 86_400 }), /at most 5 years/)
    // An endless primary key with a subkey that ends would certify for ever.
    await bad(await make({ subkeys: [{ keyExpirationTime: life }] }), /at most 5 years/)
    await enter(await body({ key: await make({ keyExpirationTime: life }) }), ['anchor:NE', ...OTHERS])
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

describe('an anchor that has ended', () => {
  it('is not sealed to', async () => {
    const short = await openpgp.generateKey({
      ...{ userIDs: [{ name: 'anchor:NE' }], keyExpirationTime: 10 * 86_400 },
      date: new Date(NOW - DAY),
    })
    await enter(await body({ key: short.publicKey }), ['anchor:NE', ...OTHERS])
    expect(directory.anchor('NE')).toBe(short.publicKey)
    world.setClock(NOW + 10 * DAY)
    expect(directory.anchor('NE')).toBeNull()
  })

  it('is told of sixty days before to every office of its country, and to no other', async () => {
    await certify('anchor:NE', 'ne-dst')
    await certify('anchor:ML', 'ml-dnlt')
    const { fingerprint } = await world.key('anchor:NE')
    const told = (code: string) =>
      directory.keysEnding(code).filter(({ holder }) => holder.startsWith('anchor'))
    world.setClock(NOW - DAY + (5 * 365 - 61) * DAY)
    expect(told('ne-dst')).toEqual([])
    world.setClock(NOW - DAY + (5 * 365 - 30) * DAY)
    expect(told('ne-dst')).toMatchObject([{ holder: 'anchor:NE', fingerprint, days: 30 }])
    expect(told('ml-dnlt')).toMatchObject([{ holder: 'anchor:ML' }])
    const young = await openpgp.generateKey({
      ...{ userIDs: [{ name: 'anchor:NE' }], keyExpirationTime: 3 * 365 * 86_400 },
      date: new Date(world.clock()),
    })
    await enter(await body({ key: young.publicKey }), ['anchor:NE', ...OTHERS])
    expect(told('ne-dst')).toEqual([])
    expect(told('ml-dnlt')).toHaveLength(1)
  })

  it('certifies and agrees no more, whatever date it writes, and keeps nobody from opening the directory', async () => {
    await directory.append(await byAnchor(world, 'NE', await recoveryBody(world, 'NE')))
    const late = await byAnchor(world, 'NE', await office('ne-late'))
    const agreed = await bySigners(world, ['anchor:NE', ...OTHERS], await body())
    world.setClock(NOW + 5 * 366 * DAY)
    await refusedEntry(late, /can sign|has not expired/)
    const young = { keyExpirationTime: 86_400, date: new Date(world.clock()) }
    const next = (await openpgp.generateKey({ userIDs: [{ name: 'anchor:NE' }], ...young })).publicKey
    world.setClock(NOW)
    const early = await bySigners(world, ['anchor:NE', ...OTHERS], await body({ key: next }))
    world.setClock(NOW + 5 * 366 * DAY)
    await refusedEntry(early, /expected a key that has not expired/)
    await refusedEntry(agreed, /can sign and be encrypted to/)
    await directory.close()
    await reopen()
    expect(directory.anchor('NE')).toBeNull()
    expect((await asClient()).recoveries.has('NE')).toBe(true)
  })
})
