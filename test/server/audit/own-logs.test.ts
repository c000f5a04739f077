import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectOwnLogs } from '../../../server/audit/own-logs.ts'
import { directoryStorage } from '../../../server/audit/tree/shards.ts'
import { witnessPolicyOf } from '../../../server/audit/tree/witness-policy.ts'
import { signerOf } from '../../clients/core/log/writer.ts'
import { newHome } from './home.ts'

// A policy is read by the server, by witnesses and by clients: that it names other logs has to be found out first of all.

const NAME = '0123456789ab.portolan'
const AUTUMN = Date.UTC(2026, 10, 26)
const WINTER = Date.UTC(2027, 0, 1)
const witness = signerOf('witness.example/ml', 4)

const policyOf = (...vkeys: string[]) =>
  witnessPolicyOf(
    Buffer.from(
      [
        ...vkeys.map((key) => `log ${key}`),
        `witness ml ${witness.vkey} http://127.0.0.1:9/`,
        'quorum ml',
      ].join('\n'),
    ),
  )

function open() {
  const home = newHome()
  const dir = join(home, 'log')
  const own = { storage: directoryStorage(dir), keys: join(home, 'keys'), name: NAME, now: AUTUMN }
  const vkey = (log: string) => readFileSync(join(own.keys, `${log}.vkey`), 'utf8').trim()
  return { own, dir, vkey }
}

/** The lines that are asked for at a start with this policy. */
async function missing(own: ReturnType<typeof open>['own'], ...vkeys: string[]): Promise<string[]> {
  const fault = await expectOwnLogs(policyOf(...vkeys), own).catch((error) => error)
  if (fault === undefined) return []
  expect(fault).toMatchObject({ code: 'CONFIG', message: expect.stringMatching(/^PORTOLAN_LOG_POLICY: /) })
  return [...fault.message.matchAll(/`log (\S+)`/g)].map(([, key]) => key)
}

describe('a policy', () => {
  it('that names other logs is refused with the lines that it lacks, and taken with them', async () => {
    const { own, vkey } = open()
    const other = signerOf(`${NAME}/audit/2026h2`, 1)
    const lines = await missing(own, other.vkey)
    expect(lines).toEqual([vkey('audit-2026h2'), vkey('directory-whole')])
    expect(lines[0]).toMatch(/^0123456789ab\.portolan\/audit\/2026h2\+/)
    expect(await missing(own, other.vkey, lines[0]!)).toEqual([lines[1]])
    expect(await missing(own, lines[1]!)).toEqual([lines[0]])
    expect(await missing(own, other.vkey, ...lines)).toEqual([])
  })

  it('that names no log, or is not there, says nothing of it', async () => {
    const { own } = open()
    expect(await missing(own)).toEqual([])
    const without = open()
    await expectOwnLogs(null, without.own)
    expect(existsSync(without.own.keys)).toBe(false)
  })

  it('can name the half-year to come before it begins, and has to once it has', async () => {
    const { own, dir, vkey } = open()
    await missing(own)
    const named = [vkey('audit-2026h2'), vkey('directory-whole')]
    const next = vkey('audit-2027h1')
    expect(await missing({ ...own, now: WINTER }, ...named)).toEqual([next])
    expect(await missing({ ...own, now: WINTER }, next, named[1]!)).toEqual([])
    // A clock that was set back goes on in the newest.
    mkdirSync(join(dir, 'audit', '2027h1'), { recursive: true })
    expect(await missing(own, ...named)).toEqual([next])
  })
})
