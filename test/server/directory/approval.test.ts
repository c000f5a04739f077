import { describe, expect, it } from 'vitest'
import { readDirectory } from '../../../clients/core/directory.ts'
import type { EntryBody, OfficeBody } from '../../../schema/wire/directory.ts'
import { openDirectory } from '../../../server/directory.ts'
import {
  assignmentBody,
  byAnchor,
  bySigners,
  DAY,
  directory,
  keyPair,
  NOW,
  officeBody,
  openForEach,
  recoveryBody,
  reopen,
  tempFolder,
  world,
} from './world.ts'

// Who must sign before the keys of an office, of its custodian or of a country's recovery are others than before.

openForEach()

const PERSONS = ['ne-dst.aicha', 'ne-hapdp.salif']
const NEITHER = /signature by the former key of office:ne-dst, or by 2 persons of NE, got none/

const subject = (body: EntryBody) => (body.type === 'recovery' ? 'recovery:NE' : 'office:ne-dst')
const enter = async (body: EntryBody, by: string[]) =>
  directory.append(await bySigners(world, ['anchor:NE', ...by], body, directory.latest(subject(body))))
const refused = (body: EntryBody, by: string[], message: RegExp) =>
  expect(enter(body, by)).rejects.toMatchObject({
    code: 'DIRECTORY',
    message: expect.stringMatching(message),
  })

/** The office as it stands, with other keys than it had. */
const changed = async (more: Partial<OfficeBody> = {}) =>
  officeBody(world, 'ne-dst', 'POLICE', { ...(await keyPair(world, 'office:ne-dst-next')), ...more })

describe('a change of an office’s keys', () => {
  it('needs more than an anchor', async () => {
    await refused(await changed(), [], NEITHER)
  })

  it('is agreed to by the key that it replaces', async () => {
    await enter(await changed(), ['office:ne-dst'])
    const [key] = directory.encryptionKeys(['ne-dst'])
    expect(key?.fingerprint).toBe((await world.key('office:ne-dst-next')).fingerprint)
  })

  it('is not agreed to by the key that it brings', async () => {
    await refused(await changed(), ['office:ne-dst-next'], /expected no signature by/)
  })

  it('is agreed to by two persons of the country, and by no fewer', async () => {
    await refused(await changed(), ['ne-dst.aicha'], /or by 2 persons of NE, got ne-dst\.aicha$/)
    await refused(await changed(), ['ne-dst.aicha', 'ne-dst.aicha'], /expected no signature by person:ne-dst/)
    await enter(await changed(), PERSONS)
  })

  it('is not agreed to by others: of another country, a partner, one who has left', async () => {
    await refused(
      await changed(),
      ['ne-dst.aicha', 'ml-dnlt.moussa'],
      /no signature by person:ml-dnlt\.moussa/,
    )
    await refused(
      await changed(),
      ['ne-dst.aicha', 'ne-refuge.nadia'],
      /no signature by person:ne-refuge\.nadia/,
    )
    const ended = assignmentBody('ne-dst.aicha', 'ne-dst-agadez', 'FOCAL_POINT', { to: '2026-11-20' })
    const latest = directory.latest(`assignment:${ended.assignment}`)
    await directory.append(await byAnchor(world, 'NE', ended, latest))
    await refused(await changed(), PERSONS, /expected a person in force, got ne-dst\.aicha/)
  })

  it('is not agreed to by a key that was revoked', async () => {
    const { fingerprint } = await world.key('office:ne-dst')
    const at = new Date(NOW).toISOString()
    await directory.append(
      await byAnchor(world, 'NE', { type: 'revocation', fingerprint, reason: 'KEY_COMPROMISED', at }),
    )
    await refused(await changed(), ['office:ne-dst'], /expected a key that may sign/)
    await enter(await changed(), PERSONS)
  })

  it('is one too where a second profile or a custodian comes or goes', async () => {
    const own = await keyPair(world, 'office:ne-dst')
    const pair = await keyPair(world, 'office:ne-dst', true)
    const custodian = await keyPair(world, 'custodian:ne-dst')
    await refused(await changed(pair), [], NEITHER)
    await refused(await changed({ ...own, custodian }), [], /former key of custodian:ne-dst, or by 2 persons/)
    await enter(await changed({ ...pair, custodian }), ['office:ne-dst'])
    await refused(await changed({ ...own, custodian }), [], NEITHER)
    await refused(await changed({ ...pair }), [], /custodian:ne-dst/)
    await enter(await changed({ ...pair, custodian: await keyPair(world, 'custodian:next') }), [
      'custodian:ne-dst',
    ])
    await refused(await changed({ ...own }), ['custodian:next'], /former key of office:ne-dst/)
  })

  it('is none where only names or dates change: an anchor ends an office alone', async () => {
    await enter(await changed({ ...(await keyPair(world, 'office:ne-dst')), to: '2026-11-20' }), [])
    expect(directory.office('ne-dst')).toBeNull()
  })

  it('is checked by every client, not only by the server', async () => {
    const body = await changed()
    const entry = await bySigners(world, ['anchor:NE'], body, directory.latest('office:ne-dst'))
    const { index, hash } = directory.head()
    const forged = [...directory.publicEntries(), { index: index + 1, previous: hash, ...entry }]
    await expect(readDirectory(forged, directory.genesisHash)).rejects.toThrow(NEITHER)
  })

  it('stays agreed to after those who agreed have left', async () => {
    await enter(await changed(), PERSONS)
    const ended = assignmentBody('ne-dst.aicha', 'ne-dst-agadez', 'FOCAL_POINT', { to: '2026-11-20' })
    const latest = directory.latest(`assignment:${ended.assignment}`)
    await directory.append(await byAnchor(world, 'NE', ended, latest))
    world.setClock(NOW + 2 * DAY)
    await directory.close()
    await reopen()
    expect(directory.encryptionKeys(['ne-dst'])).toHaveLength(1)
  })
})

describe('a recovery key', () => {
  it('is brought and changed by an anchor and two persons', async () => {
    const body = await recoveryBody(world, 'NE')
    await refused(body, [], /former key of recovery:NE, or by 2 persons of NE, got none/)
    await enter(body, PERSONS)
    await refused(
      { ...body, ...(await keyPair(world, 'recovery:next')) },
      ['ne-dst.aicha'],
      /got ne-dst\.aicha/,
    )
    await enter({ ...body, ...(await keyPair(world, 'recovery:next')) }, ['recovery:NE'])
  })

  it('comes from the anchor alone where the country has nobody to ask yet', async () => {
    await directory.append(await byAnchor(world, 'DZ', await recoveryBody(world, 'DZ')))
    const next = { ...(await recoveryBody(world, 'DZ')), ...(await keyPair(world, 'recovery:dz-next')) }
    const entry = await byAnchor(world, 'DZ', next, directory.latest('recovery:DZ'))
    await expect(directory.append(entry)).rejects.toThrow('former key of recovery:DZ')
  })
})

describe('an encryption subkey', () => {
  it('of an office, a custodian or a country lasts twelve months at most', async () => {
    const endless = await world.longKey('office:ne-long', null)
    const long = await world.longKey('office:ne-long', 400 * DAY)
    const year = await world.longKey('office:ne-long', 365 * DAY)
    const office = (more: Partial<OfficeBody>) => officeBody(world, 'ne-new', 'POLICE', more)
    const message = /at most 12 months/
    for (const key of [endless, long]) {
      await expect(directory.append(await byAnchor(world, 'NE', await office({ key })))).rejects.toThrow(
        message,
      )
      const held = await office({ custodian: { key } })
      await expect(directory.append(await byAnchor(world, 'NE', held))).rejects.toThrow(message)
      await refused({ ...(await recoveryBody(world, 'NE')), key }, PERSONS, message)
    }
    await directory.append(await byAnchor(world, 'NE', await office({ key: year })))
  })

  it('that was entered in the past stays readable, whatever it says', async () => {
    const key = await world.longKey('office:ne-old', null)
    const body = await officeBody(world, 'ne-old', 'POLICE', { key })
    const { index, hash } = directory.head()
    const entry = { index: index + 1, previous: hash, ...(await byAnchor(world, 'NE', body)) }
    const state = await readDirectory([...directory.publicEntries(), entry], directory.genesisHash)
    expect(state.offices.has('ne-old')).toBe(true)
  })
})

it('opens a directory whose recovery keys come before its persons', async () => {
  const [genesis, ...rest] = world.genesis
  const recovery = await byAnchor(world, 'NE', await recoveryBody(world, 'NE'))
  const opened = await openDirectory({
    file: `${tempFolder()}/d`,
    genesis: [genesis!, recovery, ...rest],
    clock: world.clock,
  })
  expect(opened.encryptionKeys(['ne-dst']).map(({ holder }) => holder)).toEqual([
    'office:ne-dst',
    'recovery:NE',
  ])
  await opened.close()
})
