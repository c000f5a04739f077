import { describe, expect, it } from 'vitest'
import { readDirectory } from '../../../clients/core/directory.ts'
import type { EntryBody, OfficeBody } from '../../../schema/wire/directory.ts'
import { formerKeys, holdersOf, profileFor } from '../../../schema/wire/directory-state.ts'
import {
  byAnchor,
  bySigners,
  DAY,
  directory,
  keyPair,
  NOW,
  officeBody,
  openForEach,
  recoveryBody,
  world,
} from './world.ts'

// An office, its custodian and its country's recovery key: whoever may open what is sealed to the office.

openForEach()

const enter = async (office: string, more: Partial<OfficeBody> = {}) =>
  directory.append(await byAnchor(world, office.slice(0, 2).toUpperCase(), await body(office, more)))
const body = (office: string, more: Partial<OfficeBody> = {}) => officeBody(world, office, 'POLICE', more)
const approved = (body: EntryBody) => bySigners(world, ['anchor:NE', 'ne-dst.aicha', 'ne-hapdp.salif'], body)
const refused = async (office: string, more: Partial<OfficeBody>, message: RegExp) =>
  expect(enter(office, more)).rejects.toMatchObject({
    code: 'DIRECTORY',
    message: expect.stringMatching(message),
  })
const holders = (offices: string[], profile?: 'compat' | 'modern') =>
  directory.encryptionKeys(offices, profile).map(({ holder }) => holder)
const revoke = async (name: string, country: string, profile?: 'compat' | 'modern') => {
  const { fingerprint } = await world.key(name, profile)
  const at = new Date(world.clock()).toISOString()
  await directory.append(
    await byAnchor(world, country, { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at }),
  )
}

describe('whose keys something is sealed to', () => {
  it('is the office alone, where it has no custodian and its country no recovery key', () => {
    expect(holders(['ne-dst', 'ml-dnlt'])).toEqual(['office:ne-dst', 'office:ml-dnlt'])
  })

  it('is its custodian and its country too, each country once', async () => {
    await enter('ne-aa', { custodian: await keyPair(world, 'custodian:ne-aa') })
    await enter('ne-bb')
    await directory.append(await approved(await recoveryBody(world, 'NE')))
    const expected = ['office:ne-aa', 'custodian:ne-aa', 'office:ne-bb', 'recovery:NE']
    expect(holders(['ne-aa', 'ne-bb'])).toEqual(expected)
    const state = await readDirectory(directory.publicEntries(), directory.genesisHash)
    expect(holdersOf(state, ['ne-aa', 'ne-bb'], 'compat', NOW).map(({ holder }) => holder)).toEqual(expected)
    const [first] = directory.encryptionKeys(['ne-aa'])
    expect(first?.fingerprint).toBe((await world.key('office:ne-aa')).fingerprint)
  })

  it('leaves a custodian out whose key has been revoked, and never an office', async () => {
    await enter('ne-aa', { custodian: await keyPair(world, 'custodian:ne-aa') })
    await revoke('custodian:ne-aa', 'NE')
    expect(holders(['ne-aa'])).toEqual(['office:ne-aa'])
    await revoke('office:ne-aa', 'NE')
    expect(() => holders(['ne-aa'])).toThrow('expected an office with a key in force, got ne-aa')
  })

  it('is nobody a day too late', async () => {
    world.setClock(NOW + 366 * DAY)
    expect(() => holders(['ne-dst'])).toThrow('got ne-dst')
  })
})

describe('the profile', () => {
  it('is modern only where every holder has a modern key', async () => {
    await enter('ne-aa', await keyPair(world, 'office:ne-aa', true))
    await enter('ml-bb', await keyPair(world, 'office:ml-bb', true))
    expect(directory.profileFor(['ne-aa', 'ml-bb'])).toBe('modern')
    expect(directory.profileFor(['ne-aa', 'ne-dst'])).toBe('compat')
    expect(holders(['ne-aa', 'ml-bb'], 'modern')).toEqual(['office:ne-aa', 'office:ml-bb'])
    const keys = directory.encryptionKeys(['ne-aa'], 'modern')
    expect(keys[0]?.fingerprint).toBe((await world.key('office:ne-aa', 'modern')).fingerprint)
    await directory.append(await approved(await recoveryBody(world, 'NE')))
    expect(directory.profileFor(['ne-aa', 'ml-bb'])).toBe('compat')
    expect(() => holders(['ne-aa'], 'modern')).toThrow(
      'expected a modern key of recovery:NE in force, got none',
    )
    const state = await readDirectory(directory.publicEntries(), directory.genesisHash)
    expect(profileFor(state, ['ml-bb'], NOW)).toBe('modern')
  })

  it('falls back to compat where a modern key is revoked, and drops no custodian on the way', async () => {
    await enter('ne-aa', {
      ...(await keyPair(world, 'office:ne-aa', true)),
      custodian: await keyPair(world, 'custodian:ne-aa', true),
    })
    expect(directory.profileFor(['ne-aa'])).toBe('modern')
    await revoke('custodian:ne-aa', 'NE', 'modern')
    expect(directory.profileFor(['ne-aa'])).toBe('compat')
    expect(holders(['ne-aa'])).toEqual(['office:ne-aa', 'custodian:ne-aa'])
  })

  it('refuses a key in the place of the other profile', async () => {
    const { publicKey: modern } = await world.key('office:ne-aa', 'modern')
    const { publicKey: other } = await world.key('office:ne-other')
    await refused('ne-aa', { key: modern }, /compat profile \(version 4\)/)
    await refused('ne-aa', { modern: other }, /modern profile \(version 6\)/)
    await refused('ne-aa', { custodian: { key: modern } }, /compat profile/)
  })
})

describe('the keys of a holder', () => {
  it('are no one else’s: neither the office’s own, nor another office’s custodian’s', async () => {
    const shared = await keyPair(world, 'custodian:ne-aa')
    await refused('ne-aa', { custodian: await keyPair(world, 'office:ne-aa') }, /every key of the entry once/)
    await enter('ne-aa', { custodian: shared })
    await refused('ne-bb', { custodian: shared }, /nobody else holds/)
    const recovery = await recoveryBody(world, 'NE', shared)
    await expect(directory.append(await approved(recovery))).rejects.toThrow('nobody else holds')
  })

  it('are known by their fingerprints, the modern one too', async () => {
    await enter('ne-aa', await keyPair(world, 'office:ne-aa', true))
    const keys = await Promise.all([world.key('office:ne-aa'), world.key('office:ne-aa', 'modern')])
    const state = await readDirectory(directory.publicEntries(), directory.genesisHash)
    expect(formerKeys(state, 'office:ne-aa')).toEqual(keys.map(({ fingerprint }) => fingerprint))
  })

  it('are split among as many as can open them', async () => {
    const body = await recoveryBody(world, 'NE', { shares: 2, threshold: 3 })
    await expect(directory.append(await byAnchor(world, 'NE', body))).rejects.toThrow(
      'expected a threshold that the shares can reach',
    )
  })
})
