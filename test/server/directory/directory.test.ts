import { appendFile, readFile, writeFile } from 'node:fs/promises'
import * as openpgp from 'openpgp'
import { describe, expect, it } from 'vitest'
import { makeGenesis, readDirectory, signEntry } from '../../../clients/core/directory.ts'
import { openKey } from '../../../clients/core/keys.ts'
import { type Entry, entryBytes, type SignedBody } from '../../../schema/wire/directory.ts'
import { emptyState } from '../../../schema/wire/directory-state.ts'
import { checkEntry } from '../../../schema/wire/directory-walk.ts'
import { keyTools } from '../../../schema/wire/key-tools.ts'
import { openDirectory } from '../../../server/directory.ts'
import {
  assignmentBody,
  byAnchor,
  bySigners,
  DAY,
  directory,
  INSTANCE,
  NOW,
  officeBody,
  openForEach,
  reopen,
  teamBody,
  tempFolder,
  world,
  worldGenesis,
} from './world.ts'

openForEach()

const aicha = () => directory.caller('ne-dst.aicha', 'ne-dst-agadez', 'FOCAL_POINT', 'session')
const moussa = () => directory.caller('ml-dnlt.moussa', 'ml-dnlt', 'FOCAL_POINT', 'session')
const refused = (entry: SignedBody, message: RegExp) =>
  expect(directory.append(entry)).rejects.toMatchObject({
    code: 'DIRECTORY',
    message: expect.stringMatching(message),
  })

describe('opening', () => {
  it('reads back every entry after a restart', async () => {
    const head = directory.head()
    await directory.close()
    await reopen()
    expect(directory.head()).toEqual(head)
    expect(aicha()?.principals).toContain('team:jit-sahel')
  })

  it('refuses a genesis that fewer than k anchors signed', async () => {
    const genesis = await worldGenesis(world, { threshold: 2 })
    genesis.signatures = genesis.signatures.slice(0, 1)
    const opening = openDirectory({ file: `${tempFolder()}/d`, genesis: [genesis], clock: world.clock })
    await expect(opening).rejects.toThrow('directory entry 0: expected 2 anchor signatures, got 1')
  })

  it('refuses one anchor signing twice for two', async () => {
    const genesis = await worldGenesis(world)
    genesis.signatures = [genesis.signatures[0]!, genesis.signatures[0]!]
    const opening = openDirectory({ file: `${tempFolder()}/d`, genesis: [genesis], clock: world.clock })
    await expect(opening).rejects.toThrow('directory entry 0: expected no signature by')
  })

  it('does not start without a genesis', async () => {
    const opening = openDirectory({ file: `${tempFolder()}/d`, clock: world.clock })
    await expect(opening).rejects.toThrow('expected a genesis, got an empty directory')
  })

  it.each([
    ['a field', 3, (line: string) => line.replace('"kind":"POLICE"', '"kind":"LIAISON"')],
    ['a removed line', 2, () => ''],
    ['a line that is no entry', 5, () => '{"index":5}\n'],
    [
      'a signature of another entry',
      4,
      (line: string, all: string[]) => {
        const signatures = JSON.parse(all[5]!).signatures
        return `${JSON.stringify({ ...JSON.parse(line), signatures })}\n`
      },
    ],
  ])('refuses a file edited by hand (%s), naming the entry', async (_, index, edit) => {
    await directory.close()
    const lines = (await readFile(world.file, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => `${line}\n`)
    lines[index] = edit(lines[index]!, lines)
    await writeFile(world.file, lines.join(''))
    await expect(world.open()).rejects.toMatchObject({
      code: 'DIRECTORY',
      message: expect.stringMatching(/^directory entry [2-6]: /),
    })
  })

  it('names exactly the entry whose content was changed', async () => {
    await directory.close()
    const text = await readFile(world.file, 'utf8')
    await writeFile(world.file, text.replace('"office":"ml-dnlt"', '"office":"ml-dnlu"'))
    await expect(world.open()).rejects.toThrow(/^directory entry 3: expected a sound signature/)
  })

  it('cuts off a last line that a crash tore, and goes on from there', async () => {
    const head = directory.head()
    await directory.close()
    await appendFile(world.file, '{"body":{"type":"person","country":"é')
    await reopen()
    expect(directory.head()).toEqual(head)
    await directory.append(await byAnchor(world, 'ML', await officeBody(world, 'ml-dgpn', 'POLICE')))
    await directory.close()
    await reopen()
    expect(directory.office('ml-dgpn')?.kind).toBe('POLICE')
  })

  it('goes on with an import that a crash interrupted', async () => {
    await directory.close()
    const lines = (await readFile(world.file, 'utf8')).split('\n')
    await writeFile(world.file, `${lines.slice(0, 4).join('\n')}\n`)
    await reopen()
    expect(directory.head().index).toBe(world.genesis.length - 1)
  })

  it('keeps its anchors whatever genesis a later start brings', async () => {
    await directory.close()
    const other = await worldGenesis(world, { countries: ['FR', 'IT'] })
    await reopen([other])
    expect(directory.genesis.anchors.map(({ country }) => country)).toEqual(['NE', 'ML', 'DZ'])
  })
})

describe('appending', () => {
  it('takes no second genesis', async () => {
    const genesis = await worldGenesis(world)
    await refused({ ...genesis, supersedes: directory.genesisHash }, /expected one genesis, as entry 0/)
  })

  it('refuses an office whose country has no anchor', async () => {
    await refused(
      await byAnchor(world, 'NE', await officeBody(world, 'ly-iidw', 'POLICE')),
      /by an anchor of LY/,
    )
  })

  it("refuses an entry signed by another country's anchor", async () => {
    await refused(
      await byAnchor(world, 'ML', await officeBody(world, 'ne-oclctic', 'POLICE')),
      /by an anchor of NE/,
    )
    await refused(
      await byAnchor(world, 'ML', assignmentBody('ml-dnlt.moussa', 'ne-dst', 'ANALYST')),
      /by an anchor of NE/,
    )
  })

  it('refuses an entry that was signed for another instance', async () => {
    const body = await officeBody(world, 'ne-oclctic', 'POLICE')
    const entry = await signEntry(body, [await world.key('anchor:NE')], {
      instance: 'portolan-other',
      date: new Date(NOW),
    })
    await refused(entry, /expected a sound signature/)
  })

  it('refuses an old entry handed in a second time', async () => {
    const subject = 'assignment:ne-dst.aicha.ne-dst-agadez'
    const first = directory.latest(subject)
    const ended = assignmentBody('ne-dst.aicha', 'ne-dst-agadez', 'FOCAL_POINT', { to: '2026-11-20' })
    await directory.append(await byAnchor(world, 'NE', ended, first))
    const old = world.genesis.find(
      ({ body }) => body.type === 'assignment' && body.person === 'ne-dst.aicha',
    )!
    await refused(old, /expected to supersede/)
    expect(aicha()).toBeNull()
  })

  it('refuses a private key, an expired key, a key without encryption and an RSA key out of bounds', async () => {
    const date = new Date(NOW - DAY)
    const body = await officeBody(world, 'ne-oclctic', 'POLICE')
    const keyed = async (key: string) => byAnchor(world, 'NE', { ...body, key })
    const make = (more: object) => openpgp.generateKey({ userIDs: [{ name: 'x' }], date, ...more })
    await refused(await keyed((await make({ subkeys: [] })).publicKey), /sign and be encrypted to/)
    await refused(await keyed((await make({ keyExpirationTime: 60 })).publicKey), /sign and be encrypted to/)
    await refused(await keyed((await make({ type: 'curve25519' })).publicKey), /compat profile/)
    await refused(
      await keyed((await make({ type: 'rsa', rsaBits: 2048 })).publicKey),
      /3072 to 4096 RSA bits/,
    )
    const { privateKey } = await world.key('office:ne-dst')
    await refused(await keyed(privateKey.armor()), /expected a signed entry/)
    world.setClock(NOW + 400 * DAY)
    await refused(await keyed((await world.key('office:ne-oclctic')).publicKey), /sign and be encrypted to/)
  })

  it('refuses a key that somebody else holds', async () => {
    const body = await officeBody(world, 'ne-oclctic', 'POLICE')
    const { publicKey } = await world.key('office:ml-dnlt')
    await refused(await byAnchor(world, 'NE', { ...body, key: publicKey }), /nobody else holds/)
  })

  it('refuses a key whose 64-bit id another key has', async () => {
    const state = emptyState()
    const tools = keyTools(openpgp)
    // A real collision costs 2^32 keys: here reading any key tells the id of the first one.
    const colliding = {
      ...tools,
      read: async (armored: string) => {
        const facts = await tools.read(armored)
        const isOffice = facts.fingerprint === (await world.key('office:ne-dst')).fingerprint
        const { keyId } = state.owners.values().next().value?.key.facts.packets[0] ?? facts.packets[0]!
        return isOffice ? { ...facts, packets: facts.packets.map((packet) => ({ ...packet, keyId })) } : facts
      },
    }
    const [genesis, office] = directory.publicEntries()
    const takeEffect = await checkEntry(state, genesis!, { tools: colliding })
    takeEffect()
    await expect(checkEntry(state, office!, { tools: colliding })).rejects.toThrow('expected a new key id')
  })

  it('refuses a revoked key that comes back', async () => {
    const { fingerprint, publicKey } = await world.key('ne-dst.aicha')
    const at = new Date(NOW).toISOString()
    await directory.append(
      await byAnchor(world, 'NE', { type: 'revocation', fingerprint, reason: 'SUPERSEDED', at }),
    )
    const body = { type: 'person', person: 'ne-dst.aicha', country: 'NE', key: publicKey } as const
    await refused(
      await byAnchor(world, 'NE', body, directory.latest('person:ne-dst.aicha')),
      /a key that is not revoked/,
    )
  })

  it('refuses a signer whose key has expired, whatever date he writes, and keeps what he signed before', async () => {
    const date = new Date(NOW - DAY)
    const made = await openpgp.generateKey({
      userIDs: [{ name: 'anchor' }],
      format: 'object',
      keyExpirationTime: 10 * 86_400,
      date,
    })
    const key = openKey('anchor:NE', made.privateKey)
    const place = { instance: INSTANCE, date: new Date(NOW) }
    const created = new Date(NOW)
    const genesis = await makeGenesis({
      instance: INSTANCE,
      created,
      threshold: 1,
      demo: true,
      anchors: [{ country: 'NE', key }],
    })
    await directory.close()
    world.file = `${tempFolder()}/directory.jsonl`
    await reopen([genesis])
    await directory.append(await signEntry(await officeBody(world, 'ne-dst', 'POLICE'), [key], place))
    world.setClock(NOW + 20 * DAY)
    const late = await signEntry(await officeBody(world, 'ne-late', 'POLICE'), [key], place)
    await refused(late, /expected a key that has not expired/)
    await directory.close()
    await reopen([genesis])
    expect(directory.office('ne-dst')?.country).toBe('NE')
  })

  it("refuses to let another country's anchor end an assignment by its id", async () => {
    const taken = assignmentBody('ml-dnlt.moussa', 'ml-dnlt', 'ANALYST', {
      assignment: 'ne-dst.aicha.ne-dst-agadez',
    })
    const latest = directory.latest(`assignment:${taken.assignment}`)
    await refused(await byAnchor(world, 'ML', taken, latest), /the same person and office as before/)
  })

  it('refuses an office above itself', async () => {
    const body = await officeBody(world, 'ne-dst', 'POLICE', { parent: 'ne-dst-agadez' })
    await refused(
      await byAnchor(world, 'NE', body, directory.latest('office:ne-dst')),
      /not below the office itself/,
    )
    const foreign = await officeBody(world, 'ne-oclctic', 'POLICE', { parent: 'ml-dnlt' })
    await refused(await byAnchor(world, 'NE', foreign), /parent office of the same country/)
  })

  it('refuses roles that an office of that kind does not have', async () => {
    const body = assignmentBody('ne-dst.aicha', 'ne-dst', 'AUDITOR')
    await refused(await byAnchor(world, 'NE', body), /expected a role of a POLICE office, got AUDITOR/)
    const partner = assignmentBody('ne-refuge.nadia', 'ne-refuge', 'ANALYST')
    await refused(
      await byAnchor(world, 'NE', { ...partner, assignment: 'x1' }),
      /PARTNER office, got ANALYST/,
    )
  })

  it('refuses a team that a signatory, old or new, did not sign', async () => {
    const latest = directory.latest('team:jit-sahel')
    const alone = teamBody({ signatories: ['ml-dnlt'], members: ['ml-dnlt.moussa'] })
    await refused(
      await bySigners(world, ['office:ml-dnlt'], alone, latest),
      /expected 2 signatory signatures, got 1/,
    )
    const partner = teamBody({ team: 'jit-2', signatories: ['ne-refuge'], members: [] })
    await refused(await bySigners(world, ['office:ne-refuge'], partner), /police, prosecution or liaison/)
  })

  it('serves concurrent appends one after the other', async () => {
    const bodies = await Promise.all(
      ['ne-aa', 'ne-bb', 'ne-cc'].map((code) => officeBody(world, code, 'POLICE')),
    )
    const entries = await Promise.all(bodies.map((body) => byAnchor(world, 'NE', body)))
    const start = directory.head().index
    const places = await Promise.all(entries.map((entry) => directory.append(entry)))
    expect(places.map(({ index }) => index)).toEqual([start + 1, start + 2, start + 3])
  })

  it('signs the instance, what is replaced and the body', async () => {
    const body = assignmentBody('ne-dst.aicha', 'ne-dst', 'ANALYST')
    const text = Buffer.from(entryBytes(INSTANCE, null, body)).toString()
    expect(text.split('\n').slice(0, 2)).toEqual(['PORTOLAN-DIRECTORY-v1', INSTANCE])
    expect(text).toContain('"supersedes":null')
  })
})

describe('answering', () => {
  it('gives a police officer his offices, teams, country and all', () => {
    expect(aicha()).toEqual({
      session: 'session',
      person: 'ne-dst.aicha',
      country: 'NE',
      office: 'ne-dst-agadez',
      offices: ['ne-dst-agadez', 'ne-dst'],
      officeKind: 'POLICE',
      role: 'FOCAL_POINT',
      principals: [
        'person:ne-dst.aicha',
        'office:ne-dst-agadez',
        'office:ne-dst',
        'team:jit-sahel',
        'country:NE',
        'all',
      ],
      teams: ['jit-sahel'],
    })
  })

  it('gives partners and auditors neither their country nor all', () => {
    const nadia = directory.caller('ne-refuge.nadia', 'ne-refuge', 'PARTNER', 's')
    expect(nadia?.principals).toEqual(['person:ne-refuge.nadia', 'office:ne-refuge'])
  })

  it('knows no caller in an office or role that he was not assigned to', () => {
    const caller = (person: string, office: string, role: 'FOCAL_POINT' | 'ANALYST') =>
      directory.caller(person, office, role, 's')
    expect(caller('ne-dst.aicha', 'ne-dst-agadez', 'ANALYST')).toBeNull()
    expect(caller('ne-dst.aicha', 'ne-dst', 'FOCAL_POINT')).toBeNull()
    expect(caller('ne-dst.nobody', 'ne-dst-agadez', 'FOCAL_POINT')).toBeNull()
    expect(caller('ne-dst.aicha', 'ne-gone', 'FOCAL_POINT')).toBeNull()
  })

  it('lets a colleague who is no member name the team, and see nothing of it', async () => {
    const { publicKey } = await world.key('ne-dst.ali')
    const person = { type: 'person', person: 'ne-dst.ali', country: 'NE', key: publicKey } as const
    await directory.append(await byAnchor(world, 'NE', person))
    await directory.append(await byAnchor(world, 'NE', assignmentBody('ne-dst.ali', 'ne-dst', 'ANALYST')))
    const ali = directory.caller('ne-dst.ali', 'ne-dst', 'ANALYST', 's')!
    expect(ali.teams).toEqual([])
    expect(ali.principals).not.toContain('team:jit-sahel')
    expect(directory.principalExists('team:jit-sahel', ali)).toBe(true)
  })

  it('lets an ended assignment count at once', async () => {
    const body = assignmentBody('ne-dst.aicha', 'ne-dst-agadez', 'FOCAL_POINT', { to: '2026-11-20' })
    const latest = directory.latest(`assignment:${body.assignment}`)
    await directory.append(await byAnchor(world, 'NE', body, latest))
    expect(aicha()).toBeNull()
    expect(directory.principalExists('person:ne-dst.aicha', moussa()!)).toBe(false)
  })

  it('lets an ended team count at once, and by the clock alone', async () => {
    const latest = directory.latest('team:jit-sahel')
    const signers = ['office:ml-dnlt', 'office:ne-dst']
    await directory.append(await bySigners(world, signers, teamBody({ to: '2026-11-22' }), latest))
    expect(aicha()?.teams).toEqual(['jit-sahel'])
    world.setClock(NOW + 2 * DAY)
    expect(aicha()?.principals).not.toContain('team:jit-sahel')
    expect(directory.membersCountries('team:jit-sahel')).toEqual([])
  })

  it.each(['anchor:NE', 'ne-dst.aicha'])('lets a key revoked by %s count at once', async (signer) => {
    const { fingerprint } = await world.key('ne-dst.aicha')
    const body = {
      type: 'revocation',
      fingerprint,
      reason: 'KEY_COMPROMISED',
      at: new Date(NOW).toISOString(),
    } as const
    await directory.append(await bySigners(world, [signer], body))
    expect(aicha()).toBeNull()
    expect(directory.personByKey(fingerprint)?.signing).toEqual([])
    await refused(
      await bySigners(world, [signer], body, directory.latest(`revocation:${fingerprint}`)),
      /not revoked yet/,
    )
  })

  it("refuses a revocation by another country's anchor", async () => {
    const { fingerprint } = await world.key('ne-dst.aicha')
    const body = {
      type: 'revocation',
      fingerprint,
      reason: 'KEY_COMPROMISED',
      at: new Date(NOW).toISOString(),
    } as const
    await refused(await byAnchor(world, 'ML', body), /by the key itself or an anchor of NE/)
  })

  it('takes nothing more from an anchor that was revoked, and keeps what it signed', async () => {
    const { fingerprint } = await world.key('anchor:NE')
    const body = {
      type: 'revocation',
      fingerprint,
      reason: 'KEY_COMPROMISED',
      at: new Date(NOW).toISOString(),
    } as const
    await directory.append(await byAnchor(world, 'NE', body))
    await refused(await byAnchor(world, 'NE', await officeBody(world, 'ne-oclctic', 'POLICE')), /may sign/)
    expect(aicha()).not.toBeNull()
    expect(directory.anchor('NE')).toBeNull()
  })

  it('tells of a team only to those whose office signed it', async () => {
    const nadia = directory.caller('ne-refuge.nadia', 'ne-refuge', 'PARTNER', 's')!
    await directory.append(await byAnchor(world, 'DZ', await officeBody(world, 'dz-dgsn', 'POLICE')))
    const outsider = { ...moussa()!, office: 'dz-dgsn', offices: ['dz-dgsn'] }
    expect(directory.principalExists('team:jit-sahel', moussa()!)).toBe(true)
    for (const caller of [nadia, outsider])
      for (const team of ['team:jit-sahel', 'team:never-was'])
        expect(directory.principalExists(team, caller)).toBe(false)
  })

  it('says which countries a principal reaches', () => {
    const reached = (principal: string) => directory.membersCountries(principal)
    expect(reached('all')).toEqual(['ML', 'NE'])
    expect(reached('team:jit-sahel')).toEqual(['ML', 'NE'])
    expect(reached('office:ne-dst')).toEqual(['NE'])
    expect(reached('person:ml-dnlt.moussa')).toEqual(['ML'])
    expect(reached('country:ML')).toEqual(['ML'])
    expect(reached('country:DZ')).toEqual([])
    expect(reached('office:xx-nobody')).toEqual([])
  })

  it('seals it to the anchor also when every other key has ended', async () => {
    world.setClock(NOW + 400 * DAY)
    expect(directory.auditorsOf('ML')).toEqual([(await world.key('anchor:ML')).publicKey])
    expect(() => directory.encryptionKeys(['ml-dnlt'])).toThrow('ml-dnlt')
    // And a directory that begins only then takes it.
    const entries = [await worldGenesis(world)]
    const file = `${tempFolder()}/later.jsonl`
    const later = await openDirectory({ file, genesis: entries, clock: world.clock })
    expect(later.anchor('NE')).not.toBeNull()
    await later.close()
  })

  it("seals a country's audit to its auditors, or else to its anchor", async () => {
    expect(directory.auditorsOf('NE')).toEqual([(await world.key('office:ne-hapdp')).publicKey])
    expect(directory.auditorsOf('ML')).toEqual([(await world.key('anchor:ML')).publicKey])
    expect(directory.auditorsOf('FR')).toEqual([])
  })

  it('gives encryption keys in force, and a fault rather than an office less', () => {
    expect(directory.encryptionKeys(['ne-dst'])[0]?.keyIds).toHaveLength(1)
    expect(() => directory.encryptionKeys(['ne-dst', 'ne-gone'])).toThrow(
      'expected an office with a key in force',
    )
    world.setClock(NOW + 366 * DAY)
    expect(() => directory.encryptionKeys(['ne-dst'])).toThrow('expected an office with a key in force')
  })
})

describe('reading it as a client', () => {
  it('checks a view without teams back to the pinned genesis', async () => {
    const state = await readDirectory(directory.publicEntries(), directory.genesisHash)
    expect([...state.offices.keys()]).toContain('ml-dnlt')
    expect(state.teams.size).toBe(0)
  })

  it('refuses another genesis, a changed entry and another order', async () => {
    const entries = directory.publicEntries()
    await expect(readDirectory(entries, 'f'.repeat(64))).rejects.toThrow('expected the genesis')
    const changed = entries.map((entry) => structuredClone(entry))
    Object.assign((changed[1] as Entry).body, { kind: 'LIAISON' })
    await expect(readDirectory(changed, directory.genesisHash)).rejects.toThrow('directory entry 1: ')
    const swapped = [entries[0]!, entries[2]!, entries[1]!]
    await expect(readDirectory(swapped, directory.genesisHash)).rejects.toMatchObject({ code: 'DIRECTORY' })
  })
})
