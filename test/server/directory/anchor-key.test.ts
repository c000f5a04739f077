import * as openpgp from 'openpgp'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeGenesis, readDirectory } from '../../../clients/core/directory.ts'
import { openKey } from '../../../clients/core/keys.ts'
import { entryHash } from '../../../schema/wire/directory.ts'
import { openDirectory } from '../../../server/directory.ts'
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
} from './anchors.ts'
import {
  byAnchor,
  bySigners,
  DAY,
  directory,
  INSTANCE,
  NOW,
  openForEach,
  recoveryBody,
  reopen,
  tempFolder,
  world,
} from './world.ts'

// Which keys an anchor may have, and how they end.

openForEach()
beforeEach(() => begin(FIVE, 2))

describe('a key of an anchor', () => {
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

  it('stays readable in a genesis that was made when it had no end', async () => {
    const { privateKey } = await openpgp.generateKey({
      ...{ userIDs: [{ name: 'anchor:NE' }], date: new Date(NOW - DAY), format: 'object' },
    })
    const anchors = [{ country: 'NE', key: openKey('anchor:NE', privateKey) }]
    const genesis = await makeGenesis({
      ...{ instance: INSTANCE, created: new Date(NOW), threshold: 1, demo: true, anchors },
    })
    const line = { index: 0, previous: null, ...genesis }
    expect((await readDirectory([line], entryHash(line))).anchors).toHaveLength(1)
    const file = `${tempFolder()}/endless.jsonl`
    const opening = openDirectory({ file, genesis: [genesis], clock: world.clock })
    await expect(opening).rejects.toThrow(/at most 5 years/)
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
