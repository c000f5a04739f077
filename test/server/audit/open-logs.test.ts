import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkLog } from '../../../clients/core/log/check-log.ts'
import { type Checkpoint, openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { parsePolicy, quorumSince } from '../../../clients/core/log/policy.ts'
import { urlSource } from '../../../clients/core/log/source.ts'
import { openAudit } from '../../../server/audit/log.ts'
import { NO_QUORUM_MS, type OpenLogs, openLogs } from '../../../server/audit/open-logs.ts'
import { listenLogs } from '../../../server/audit/tree/listen.ts'
import { directoryStorage } from '../../../server/audit/tree/shards.ts'
import { witnessPolicyOf } from '../../../server/audit/tree/witness-policy.ts'
import { aicha, converse, newAuditor } from './fixture.ts'
import { newHome } from './home.ts'
import { cosign, fakeWitness, say } from './tree/witnesses.ts'

// The log of an instance as it lies open: served at its own address, and co-signed by those whom its policy names.

const NOON = Date.UTC(2026, 10, 3, 12, 10)
let niger: string
beforeAll(async () => {
  niger = (await newAuditor('ne')).armored
})

/** A log, its listener and two witnesses, both of whom are needed. */
async function open() {
  const home = newHome()
  let now = NOON
  const clock = () => now
  const witnesses = [await fakeWitness('mali', cosign(clock)), await fakeWitness('algeria', cosign(clock))]
  const policy = ['group both all mali algeria', 'quorum both']
  const text = [...witnesses.map(({ line }) => line), ...policy].join('\n')
  const [dir, keys] = [join(home, 'log'), join(home, 'keys')]
  const complaints: string[] = []
  const complain = (line: string) => void complaints.push(line)
  const logs: OpenLogs = await openLogs({
    ...{ storage: directoryStorage(dir), keys, cosigned: join(home, 'cosigned') },
    policy: witnessPolicyOf(Buffer.from(text)),
    clock,
    complain,
  })
  const audit = await openAudit({
    ...{ store: join(home, 'audit'), clock, auditorsOf: () => [niger] },
    tree: {
      ...{ shards: directoryStorage(dir)('audit'), keys, origin: '0123456789ab.portolan/audit' },
      opened: (shard) => logs.opened('audit', shard),
    },
  })
  const listening = await listenLogs([], { port: 0 })
  logs.watch(listening.serve)
  return {
    ...{ audit, logs, witnesses, complaints, url: `${listening.url}/audit/2026h2` },
    policy: () =>
      parsePolicy(
        Buffer.from(`log ${readFileSync(join(keys, 'audit-2026h2.vkey'), 'utf8').trim()}\n${text}`),
      ),
    setClock: (time: number) => {
      now = time
    },
    async close() {
      await listening.close()
      await logs.close()
      await audit.close()
    },
  }
}

/** The head that is co-signed, where the client's policy finds a quorum. */
async function cosigned(url: string, policy: ReturnType<typeof parsePolicy>) {
  const answer = await fetch(`${url}/cosigned`)
  if (answer.status !== 200) return null
  const bytes = Buffer.from(await answer.arrayBuffer())
  const { checkpoint, signers } = openCheckpoint(bytes, policy.logs, policy.witnesses)
  return quorumSince(policy, signers) === null ? null : checkpoint
}

async function whenCosigned(url: string, policy: () => ReturnType<typeof parsePolicy>): Promise<Checkpoint> {
  for (;;) {
    const isOpen = (await fetch(`${url}/checkpoint`)).status === 200
    const head = isOpen ? await cosigned(url, policy()) : null
    if (head) return head
    await sleep(20)
  }
}

describe('the log of an instance', () => {
  it('is served, and co-signed by all whom its policy asks for', async () => {
    const { audit, url, policy, logs, close } = await open()
    await converse(audit, aicha, NOON, 3)
    const head = await whenCosigned(url, policy)
    await checkLog(urlSource(url), head)
    expect(logs.suspended()).toBeNull()
    await close()
  })

  it('answers nothing when its witnesses have been silent for 15 minutes, and again when they are back', async () => {
    const { audit, logs, witnesses, complaints, setClock, close, url, policy } = await open()
    await converse(audit, aicha, NOON, 3)
    await whenCosigned(url, policy)
    await sleep(20)
    const [mali] = witnesses
    const { reply } = mali!
    mali!.reply = (_, response) => say(response, 500, 'away')
    setClock(NOON + NO_QUORUM_MS - 1_000)
    expect(logs.suspended()).toBeNull()
    setClock(NOON + NO_QUORUM_MS + 2_000)
    expect(logs.suspended()).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    // It asks every ten seconds.
    while (complaints.length === 0) await sleep(100)
    expect(complaints[0]).toContain('mali')
    expect(logs.suspended()).not.toBeNull()
    mali!.reply = reply
    while (logs.suspended() !== null) await sleep(100)
    await close()
  })
})
