import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LoginStatement, loginText } from '../../../schema/wire/login.ts'
import { createNonces } from '../../../server/auth/nonces.ts'
import { assignmentBody, byAnchor, DAY, NOW, tempFolder } from '../directory/world.ts'
import { openSite, type Site, sendRaw } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
})
afterEach(() => site.world.setClock(NOW))
afterAll(() => site.close())

async function statementOf(person: string, change: Partial<LoginStatement> = {}): Promise<LoginStatement> {
  const { nonce, time } = site.auth.nonce()
  const sessionKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!
  const { fingerprint } = await site.world.key(person)
  return { origin: site.origin, nonce, time, fingerprint, sessionKey, office: null, role: null, ...change }
}

async function signedLogin(signer: string, statement: LoginStatement) {
  const key = await site.world.key(signer)
  return {
    statement,
    signature: await key.sign(Buffer.from(loginText(statement)), new Date(site.world.clock())),
  }
}

const post = (body: unknown) => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return sendRaw(site.origin, {
    path: '/login',
    headers: [['content-type', 'application/json']],
    body: bytes,
  })
}

describe('login', () => {
  it('lets an officer in for the signature of a statement that he built himself', async () => {
    const answer = await post(await signedLogin('ne-dst.aicha', await statementOf('ne-dst.aicha')))
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text.slice(answer.text.indexOf('{')))).toMatchObject({
      expires: '2026-11-20T18:00:00.000Z',
      caller: { person: 'ne-dst.aicha', office: 'ne-dst-agadez', role: 'FOCAL_POINT', teams: ['jit-sahel'] },
    })
  })

  it('answers every failure with the same bytes', async () => {
    const used = await signedLogin('ne-dst.aicha', await statementOf('ne-dst.aicha'))
    expect((await post(used)).status).toBe(200)
    const stale = await signedLogin('ne-dst.aicha', await statementOf('ne-dst.aicha'))
    const good = await signedLogin('ne-dst.aicha', await statementOf('ne-dst.aicha'))
    const other = await statementOf('ne-dst.aicha')
    const failures = {
      usedNonce: used,
      unknownPerson: await signedLogin('xx-nobody', await statementOf('xx-nobody')),
      signedByAnother: await signedLogin('ml-dnlt.moussa', other),
      wrongOrigin: await signedLogin('ne-dst.aicha', { ...other, origin: 'http://127.0.0.1:1' }),
      foreignNonce: await signedLogin('ne-dst.aicha', { ...other, nonce: 'A'.repeat(51) }),
      oldTime: await signedLogin('ne-dst.aicha', { ...other, time: new Date(NOW - 61_000).toISOString() }),
      noAssignment: await signedLogin('ne-dst.aicha', { ...other, office: 'ml-dnlt' }),
      noRole: await signedLogin('ne-dst.aicha', { ...other, role: 'AUDITOR' }),
      anchor: await signedLogin('anchor:NE', await statementOf('anchor:NE')),
      office: await signedLogin('office:ne-dst', await statementOf('office:ne-dst')),
      changedAfterwards: { ...good, statement: { ...good.statement, sessionKey: other.sessionKey } },
      notASignature: { ...good, signature: 'x' },
      extraField: { ...good, admin: true },
      badJson: '{',
      deepJson: '['.repeat(60_000),
      tooLong: ' '.repeat(70_000),
      nothing: '',
    }
    const answers = new Map<string, string>()
    for (const [reason, body] of Object.entries(failures)) answers.set(reason, (await post(body)).text)
    site.world.setClock(NOW + 61_000)
    answers.set('expiredNonce', (await post({ ...stale, statement: { ...stale.statement } })).text)
    expect(new Set(answers.values())).toEqual(
      new Set([
        '401 application/json {"code":"AUTH","message":"expected the signature of a session in force"}',
      ]),
    )
    expect(site.auth.failures()).toBeGreaterThanOrEqual(answers.size)
  })

  it('answers unknown, wrong and malformed logins in the same time', async () => {
    const statement = await statementOf('ne-dst.aicha')
    const wrong = await signedLogin('ml-dnlt.moussa', statement)
    const unknown = await signedLogin('xx-nobody', await statementOf('xx-nobody'))
    const altered = await signedLogin('ne-dst.aicha', statement)
    altered.statement = { ...statement, office: 'ne-dst' }
    const bodies = [wrong, unknown, altered, '{']
    const times = bodies.map((): number[] => [])
    for (let round = 0; round < 15; round += 1)
      for (const [i, body] of bodies.entries()) {
        const start = performance.now()
        await post(body)
        times[i]!.push(performance.now() - start)
      }
    // A lower quartile: other work on the machine only ever adds time.
    const usual = times.map((list) => list.sort((a, b) => a - b)[3]!)
    expect(Math.min(...usual)).toBeGreaterThan(29)
    expect(Math.max(...usual) - Math.min(...usual)).toBeLessThan(12)
  })

  it('lets a nonce in once when sixteen logins carry it at the same time', async () => {
    const body = await signedLogin('ne-dst.aicha', await statementOf('ne-dst.aicha'))
    const answers = await Promise.all(Array.from({ length: 16 }, () => post(body)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('refuses a login that was made before a restart', async () => {
    const body = await signedLogin('ne-dst.aicha', await statementOf('ne-dst.aicha'))
    await site.restart()
    expect((await post(body)).status).toBe(401)
  })

  it('asks him who holds two assignments which one he means', async () => {
    const body = assignmentBody('ml-dnlt.moussa', 'ml-dnlt', 'ANALYST', { assignment: 'moussa-2' })
    await site.directory.append(await byAnchor(site.world, 'ML', body))
    const enter = async (change: Partial<LoginStatement>) =>
      (await post(await signedLogin('ml-dnlt.moussa', await statementOf('ml-dnlt.moussa', change)))).status
    expect(await enter({})).toBe(401)
    expect(await enter({ role: 'ANALYST' })).toBe(200)
    expect(await enter({ office: 'ml-dnlt', role: 'FOCAL_POINT' })).toBe(200)
  })

  it('takes a statement that gpg signed with a key that gpg made', async () => {
    const home = tempFolder()
    chmodSync(home, 0o700)
    const gpg = (...args: string[]) =>
      execFileSync(
        'gpg',
        ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
    gpg(
      '--faked-system-time',
      '20260101T000000',
      '--quick-generate-key',
      'ne-dst.omar',
      'ed25519',
      'sign',
      '0',
    )
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--list-keys', '--with-colons'))![1]!.toLowerCase()
    const key = gpg('--armor', '--export', 'ne-dst.omar')
    const person = { type: 'person', person: 'ne-dst.omar', country: 'NE', key } as const
    await site.directory.append(await byAnchor(site.world, 'NE', person))
    await site.directory.append(
      await byAnchor(site.world, 'NE', assignmentBody('ne-dst.omar', 'ne-dst', 'ANALYST')),
    )
    const statement = { ...(await statementOf('ne-dst.aicha')), fingerprint }
    writeFileSync(`${home}/statement`, loginText(statement))
    // A desk clock that is hours ahead: only the server's clock counts.
    const signature = gpg(
      '--faked-system-time',
      '20261120T170000',
      '--armor',
      '--detach-sign',
      '--output',
      '-',
      `${home}/statement`,
    )
    expect((await post({ statement, signature })).status).toBe(200)
    expect((await post({ statement, signature })).status).toBe(401)
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'])
  })

  it('lets nobody in with a key that has expired', async () => {
    const { generateKey } = await import('openpgp')
    const { openKey } = await import('../../../clients/core/keys.ts')
    const made = await generateKey({
      userIDs: [{ name: 'x' }],
      format: 'object',
      keyExpirationTime: 2 * 86_400,
      date: new Date(NOW - DAY),
    })
    const key = openKey('ne-dst.ibra', made.privateKey)
    const person = { type: 'person', person: 'ne-dst.ibra', country: 'NE', key: key.publicKey } as const
    await site.directory.append(await byAnchor(site.world, 'NE', person))
    await site.directory.append(
      await byAnchor(site.world, 'NE', assignmentBody('ne-dst.ibra', 'ne-dst', 'ANALYST')),
    )
    const enter = async () => {
      const statement = { ...(await statementOf('ne-dst.aicha')), fingerprint: key.fingerprint }
      // The signature says that it was made while the key was good.
      return (
        await post({ statement, signature: await key.sign(Buffer.from(loginText(statement)), new Date(NOW)) })
      ).status
    }
    expect(await enter()).toBe(200)
    site.world.setClock(NOW + 2 * DAY)
    expect(await enter()).toBe(401)
  })
})

describe('nonces', () => {
  it('are worth 128 random bits, cost no memory, and end after a minute', () => {
    let now = NOW
    const nonces = createNonces(() => now)
    const issued = Array.from({ length: 1_000 }, () => nonces.issue())
    expect(new Set(issued).size).toBe(1_000)
    now += 60_000
    expect(nonces.use(issued[0]!)).toBe(true)
    expect(nonces.use(issued[0]!)).toBe(false)
    now += 1
    expect(nonces.use(issued[1]!)).toBe(false)
  })

  it('of another process, changed or padded are not alive', () => {
    const nonces = createNonces(() => NOW)
    const nonce = nonces.issue()
    const flipped = (nonce[0] === 'A' ? 'B' : 'A') + nonce.slice(1)
    for (const wrong of [createNonces(() => NOW).issue(), flipped, `${nonce}=`, nonce.slice(1), ''])
      expect(nonces.alive(wrong)).toBe(false)
    expect(nonces.alive(nonce)).toBe(true)
  })
})
