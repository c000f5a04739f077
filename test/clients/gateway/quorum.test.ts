import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFraud } from '../../../clients/core/log/fraud.ts'
import { parseVerifierKey } from '../../../clients/core/log/note.ts'
import type { Home } from '../../../clients/gateway/home.ts'
import { needsQuorum } from '../../../clients/gateway/needs-quorum.ts'
import { openQuorum, quorumStateIn } from '../../../clients/gateway/quorum.ts'
import { quorumFiles } from '../../../clients/gateway/quorum-files.ts'
import { NaiveTree, signerOf } from '../core/log/writer.ts'
import {
  audit,
  authority,
  enough,
  homeWith,
  leavesOf,
  MINUTE,
  NOON,
  policyOf,
  showLog,
  states,
} from './shown-log.ts'

// When a desk shows an answer: by what witnesses have signed, by both clocks, and by what the log owes it.

const HOUR = 60 * MINUTE
const tree = new NaiveTree(leavesOf(900))
const other = new NaiveTree([...leavesOf(100), ...leavesOf(800, { base: 100, salt: 2 })])

/** A desk whose clock is hours behind the server's. */
function deskOf(home: Home) {
  const time = { server: NOON, desk: NOON - 5 * HOUR }
  const clocks = { now: () => time.server, clock: () => time.desk }
  return {
    time,
    quorum: openQuorum(home, clocks),
    pass(ms: number) {
      time.server += ms
      time.desk += ms
    },
  }
}

async function open({ minutes, size = 300 }: { minutes?: number; size?: number } = {}) {
  const shown = await showLog()
  shown.show(tree, size, enough(NOON))
  const home = await homeWith(policyOf([audit, shown.url]), minutes)
  return { shown, home, ...deskOf(home) }
}

const receipt = (answeredIndex: number, at = NOON) => ({
  ...{ askedIndex: answeredIndex - 1, answeredIndex, minute: Math.floor(at / MINUTE) },
  ...{ askedHash: Buffer.alloc(32), answeredHash: Buffer.alloc(32) },
})

const UNWITNESSED = (message: RegExp) => ({
  code: 'LOG_UNWITNESSED',
  message: expect.stringMatching(message),
})

describe('a desk whose office names no witness', () => {
  it('asks nobody, whatever it is owed', async () => {
    const shown = await showLog()
    const none = policyOf([audit, shown.url]).replace('quorum enough', 'quorum none')
    for (const [policy, state] of [
      [null, 'NO_POLICY'],
      [none, 'NOT_ASKED'],
    ] as const) {
      const home = await homeWith(policy)
      const { quorum, pass } = deskOf(home)
      await quorum.owe(receipt(7), NOON)
      pass(9 * HOUR)
      await quorum.expect()
      await quorum.tend()
      expect(await quorumStateIn(home)).toBe(state)
    }
    expect(shown.taken.paths).toEqual([])
  })
})

describe('what a quorum has signed', () => {
  it('lets answers be shown for as long as the office allows, and not a second longer', async () => {
    for (const minutes of [undefined, 5]) {
      const { shown, quorum, pass, home } = await open(minutes ? { minutes } : {})
      await quorum.expect()
      pass((minutes ?? 15) * MINUTE)
      await quorum.expect()
      pass(1_000)
      await expect(quorum.expect()).rejects.toMatchObject(
        UNWITNESSED(new RegExp(`within ${minutes ?? 15} minutes, got the last at 2026-11-26T12:00:00.000Z`)),
      )
      // And again by itself, once they are back.
      shown.show(tree, 400, enough(NOON + (minutes ?? 15) * MINUTE))
      await quorum.expect()
      expect(await quorumStateIn(home)).toMatchObject({ minutes: minutes ?? 15 })
    }
  })

  it('is looked for beside the answers, long before it is too old', async () => {
    const { shown, quorum, pass, home } = await open()
    await quorum.expect()
    const looked = shown.taken.paths.length
    pass(4 * MINUTE)
    await quorum.expect()
    await quorum.tend()
    expect(shown.taken.paths.length).toBe(looked)
    pass(2 * MINUTE)
    shown.show(tree, 310, enough(NOON + 6 * MINUTE))
    await quorum.tend()
    expect(await quorumStateIn(home)).toMatchObject({ since: '2026-11-26T12:06:00.000Z' })
  })

  it('costs a link that is weak some hundred octets, and the edge of the log where that has grown', async () => {
    const { shown, quorum, pass } = await open({ size: 800 })
    await quorum.expect()
    const cost = async (size: number) => {
      shown.taken.octets = 0
      pass(6 * MINUTE)
      shown.show(tree, size, enough(NOON + 6 * MINUTE))
      await quorum.tend()
      return shown.taken.octets
    }
    expect(await cost(800)).toBeLessThan(1_000)
    pass(-6 * MINUTE)
    expect(await cost(832)).toBeLessThan(1_000 + 64 * 32 + 3 * 32)
  })

  it('must be enough of those whom the office believes', async () => {
    const stranger = signerOf('witness.example/xx', 4)
    for (const [signers, names] of [
      [[states[0]!, authority], 'witness.example/ml, dpa.example/garante'],
      [[states[0]!, states[1]!, states[2]!], 'witness.example/ml, witness.example/ne, witness.example/it'],
      [[states[0]!, stranger, authority], 'witness.example/ml, dpa.example/garante'],
      [[], 'no witness'],
    ] as const) {
      const { shown, quorum } = await open()
      shown.show(
        tree,
        300,
        signers.map((signer) => [signer, NOON]),
      )
      await expect(quorum.expect()).rejects.toMatchObject(
        UNWITNESSED(new RegExp(`got none; .*, got ${names}$`)),
      )
    }
  })

  it('is none that is not there, unsigned by the log, or without an address', async () => {
    const { shown, quorum, home } = await open()
    shown.files.delete('cosigned')
    await expect(quorum.expect()).rejects.toMatchObject(
      UNWITNESSED(/co-signed checkpoint at http.*, got none/),
    )
    shown.isUp = false
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/cosigned of http.*, got no answer/))
    shown.isUp = true
    shown.show(tree, 300, enough(NOON), signerOf(audit.name, 1, 'another'))
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/a known key of its log/))
    await writeFile(home.path('log/policy'), policyOf([audit, '']))
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/audit log with its address/))
    await writeFile(home.path('log/policy'), 'quorum nobody\n')
    await expect(quorum.expect()).rejects.toMatchObject({ code: 'CONFIG' })
    await writeFile(home.path('log/policy'), policyOf([audit, shown.url]))
    await writeFile(home.path('log/allowance'), 'ever')
    await expect(quorum.expect()).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

describe('clocks', () => {
  it('of a server that stands still keep no old signature new', async () => {
    const { quorum, time } = await open()
    await quorum.expect()
    time.desk += 16 * MINUTE
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/within 15 minutes/))
  })

  it('of a desk that is set hold answers back for no longer than one look', async () => {
    const { quorum, time, shown } = await open()
    await quorum.expect()
    for (const jump of [5 * HOUR, -9 * HOUR]) {
      time.desk += jump
      time.server += 10_000
      shown.show(tree, 300, enough(time.server))
      await quorum.expect()
    }
  })

  it('of witnesses that run ahead vouch for nothing', async () => {
    const { quorum, shown } = await open()
    shown.show(tree, 300, enough(NOON + 20 * HOUR))
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/of now, got some of 2026-11-27T08/))
    shown.show(tree, 300, enough(NOON + 59_000))
    await quorum.expect()
  })
})

describe('what the log owes', () => {
  it('must be covered within the allowance, however new the signatures are', async () => {
    const { quorum, pass, shown, time } = await open()
    await quorum.owe(receipt(299), NOON)
    await quorum.owe(receipt(305), NOON)
    for (let minute = 0; minute < 15; minute++) {
      shown.show(tree, 300, enough(time.server))
      await quorum.expect()
      await quorum.tend()
      pass(MINUTE)
    }
    pass(MINUTE)
    shown.show(tree, 305, enough(time.server))
    await expect(quorum.expect()).rejects.toMatchObject(
      UNWITNESSED(/record 305 of 2026-11-26T12:00:00.000Z .*, got .*2026h2 of 305 leaves from 0 on/),
    )
    shown.show(tree, 306, enough(time.server))
    await quorum.expect()
  })

  it('is remembered by other programs of the home, in few lines', async () => {
    const { quorum, home, pass, shown, time } = await open()
    await quorum.expect()
    for (let n = 0; n < 200; n++) {
      await quorum.owe(receipt(400 + n), time.server)
      pass(20_000)
    }
    const owed = JSON.parse(await readFile(home.path('log/owed.json'), 'utf8'))
    expect(owed.length).toBeLessThanOrEqual(64)
    expect(owed.at(-1).index).toBe(599)
    shown.show(tree, 599, enough(time.server))
    const second = openQuorum(home, {
      now: () => time.server + 16 * MINUTE,
      clock: () => time.desk + 16 * MINUTE,
    })
    shown.show(tree, 599, enough(time.server + 16 * MINUTE))
    await expect(second.expect()).rejects.toMatchObject(UNWITNESSED(/^expected record 599 /))
  })

  it('is told by the first leaf of a later half-year, unless that lies', async () => {
    const [shown, later] = [await showLog(), await showLog('/audit/2027h1')]
    const next = signerOf('0123456789ab.portolan/audit/2027h1', 1)
    const home = await homeWith(policyOf([audit, shown.url], [next, later.url]))
    const { quorum, time } = deskOf(home)
    shown.show(tree, 300, enough(NOON))
    await quorum.owe(receipt(299), NOON)
    await quorum.expect()
    time.server = Date.UTC(2027, 0, 1, 0, 10)
    time.desk = time.server
    later.show(new NaiveTree(leavesOf(40, { base: 500 })), 40, enough(time.server), next)
    await quorum.owe(receipt(499), NOON)
    await quorum.owe(receipt(539, time.server), time.server)
    await quorum.expect()
    const asked = shown.taken.paths.length
    time.server += 16 * MINUTE
    time.desk += 16 * MINUTE
    later.show(new NaiveTree(leavesOf(40, { base: 500 })), 40, enough(time.server), next)
    await quorum.expect()
    expect(shown.taken.paths.length).toBe(asked)
    await quorum.owe(receipt(498, time.server), time.server)
    time.server += 16 * MINUTE
    later.show(new NaiveTree(leavesOf(40, { base: 500 })), 40, enough(time.server), next)
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/record 498/))
  })
})

describe('a log with two histories', () => {
  it.each([300, 500])('is found out at %i leaves, proven to anybody, and believed no more', async (size) => {
    const { shown, quorum, home, pass } = await open()
    await quorum.expect()
    pass(6 * MINUTE)
    shown.show(other, size, enough(NOON + 6 * MINUTE))
    await quorum.tend()
    await expect(quorum.expect()).rejects.toMatchObject({
      code: 'LOG',
      message: expect.stringMatching(/fraud-/),
    })
    const [name] = (await readdir(home.path('log'))).filter((one) => one.startsWith('fraud-'))
    const fraud = openFraud(await readFile(home.path('log', name!)), [parseVerifierKey(audit.vkey)])
    expect([fraud.older.size, fraud.newer.size]).toEqual([300, size])
    shown.show(tree, size, enough(NOON + 6 * MINUTE))
    await expect(quorum.expect()).rejects.toMatchObject({ code: 'LOG' })
    // Until somebody has taken the proof to whom it concerns.
    await rm(join(home.folder, 'log', name!))
    await quorum.expect()
  })

  it('that shows less than before is behind: what was seen stays', async () => {
    const { shown, quorum, pass } = await open()
    await quorum.expect()
    shown.show(tree, 200, enough(NOON + 16 * MINUTE))
    pass(16 * MINUTE)
    await expect(quorum.expect()).rejects.toMatchObject(UNWITNESSED(/at least the 300 leaves .*, got 200$/))
    shown.show(tree, 300, enough(NOON + 16 * MINUTE))
    await quorum.expect()
  })
})

describe('two programs of one home', () => {
  it('hold what each saw against the other', async () => {
    const { shown, home, time } = await open()
    const clocks = { now: () => time.server, clock: () => time.desk }
    const [one, two] = [openQuorum(home, clocks), openQuorum(home, clocks)]
    await Promise.all([one.expect(), two.expect()])
    time.server += 16 * MINUTE
    shown.show(other, 800, enough(time.server))
    await Promise.allSettled([one.expect(), two.expect()])
    await expect(two.expect()).rejects.toMatchObject({ code: 'LOG' })
  })
})

describe('what was seen', () => {
  it('is gone on from by one program at a time', async () => {
    const home = await homeWith(null)
    const seen = (n: number) => ({ checkpoint: `${n}`, since: n, deskSince: n, base: 0 })
    const race = (former: number | null) =>
      Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          quorumFiles(home).advance('log', former === null ? null : seen(former), seen(100 + n)),
        ),
      )
    expect((await race(null)).filter(Boolean)).toHaveLength(1)
    expect((await race(3)).filter(Boolean)).toHaveLength(0)
    const { log } = await quorumFiles(home).seen()
    expect(await quorumFiles(home).advance('log', log!, seen(7))).toBe(true)
    expect(await quorumFiles(home).seen()).toEqual({ log: seen(7) })
  })
})

describe('without a quorum', () => {
  it('the directory is asked and entered all the same, and nothing else', () => {
    for (const [query, needs] of [
      ['query directory($from: Int) { directory(from: $from) }', false],
      ['mutation directoryEnter($entry: Json!) { enterDirectory(entry: $entry) }', false],
      ['{ directory: networks { totalCount } }', true],
      ['{ directory(from: 0) me { person } }', true],
      ['{ directory(from: 0) ...f } fragment f on Query { me { person } }', true],
      ['{ me { person } }', true],
      ['{', true],
    ] as const)
      expect(needsQuorum({ query }), query).toBe(needs)
  })
})
