import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parsePolicy, quorumSince } from '../../../../clients/core/log/policy.ts'
import { emptyRoot } from '../../../../clients/core/log/tree.ts'
import { cosignatureIn } from '../../../../server/audit/tree/cosignature.ts'
import { readNote } from '../../../../server/audit/tree/note.ts'
import {
  expectReachable,
  quorumTime,
  readWitnessPolicy,
  type WitnessPolicy,
  witnessPolicyOf,
} from '../../../../server/audit/tree/witness-policy.ts'
import { headText, noteOf, signerOf } from '../../../clients/core/log/writer.ts'
import { type Chance, chanceOf } from '../../../laws/chance.ts'
import { newHome } from '../home.ts'

const SEED = Number(process.env.PORTOLAN_TREE_SEED ?? 20_261_126)

const log = signerOf('sahel.portolan/audit/2026h2', 1)
const states = ['ml', 'ne', 'it', 'lib'].map((name) => signerOf(`witness.example/${name}`, 4))
const LINES = [
  `log ${log.vkey} https://log.example/`,
  ...states.map(({ vkey }, at) => `witness S${at} ${vkey} https://witness.example/${at}/`),
]
const bytesOf = (lines: string[]) => Buffer.from([...LINES, ...lines, ''].join('\n'))
const policyOf = (...lines: string[]) => witnessPolicyOf(bytesOf(lines))

/** What both readers of this project make of a file: their quorum for these times, or that they refuse it. */
function bothRead(lines: string[], times: (number | null)[]): [server: unknown, client: unknown] {
  const signed = states.flatMap((signer, at) => (times[at] == null ? [] : [{ signer, time: times[at] }]))
  const note = noteOf(headText(log.name, 0, emptyRoot()), [log, ...signed])
  return [
    attempt(() => serverTime(witnessPolicyOf(bytesOf(lines)), note)),
    attempt(() => clientTime(lines, note)),
  ]
}

function serverTime({ witnesses, quorum }: WitnessPolicy, bytes: Buffer): number | null {
  const { text, lines } = readNote(bytes)!
  const read = witnesses.map((witness) => [witness, cosignatureIn(lines, text, witness.key)] as const)
  const signed = new Map(read.flatMap(([witness, one]) => (one ? [[witness, one] as const] : [])))
  return quorum && quorumTime(quorum, signed)
}

function clientTime(lines: string[], note: Buffer): number | null {
  const policy = parsePolicy(bytesOf(lines))
  const since = quorumSince(policy, openCheckpoint(note, policy.logs, policy.witnesses).signers)
  return policy.quorum === null || since === null ? null : since * 1_000
}

function attempt<T>(read: () => T): T | 'REFUSED' {
  try {
    return read()
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(CONFIG|LOG)$/) })
    return 'REFUSED'
  }
}

describe('the policy of a log', () => {
  it('says whom to ask, and where', () => {
    const { witnesses } = policyOf(`witness mute ${signerOf('mute.example', 4).vkey}`, 'quorum S0')
    expect(witnesses.map(({ key, url }) => [key.name, url])).toEqual([
      ['witness.example/ml', 'https://witness.example/0'],
      ['witness.example/ne', 'https://witness.example/1'],
      ['witness.example/it', 'https://witness.example/2'],
      ['witness.example/lib', 'https://witness.example/3'],
      ['mute.example', null],
    ])
  })

  it('needs addresses of enough witnesses', () => {
    const mute = `witness mute ${signerOf('mute.example', 4).vkey}`
    expectReachable(policyOf(mute, 'group g any mute S0', 'quorum g'))
    expectReachable(policyOf(mute, 'quorum none'))
    for (const lines of [['quorum mute'], ['group g all mute S0', 'quorum g']])
      expect(() => expectReachable(policyOf(mute, ...lines))).toThrow(
        expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining('addresses of enough') }),
      )
  })

  it('is read from its file, whose line is named where it is wrong', async () => {
    const file = join(newHome(), 'policy')
    writeFileSync(file, bytesOf(['', '# comment', 'group g 3 S0 S1']))
    await expect(readWitnessPolicy(file)).rejects.toMatchObject({
      code: 'CONFIG',
      message: 'PORTOLAN_LOG_POLICY: expected any, all or a number up to 2 in line 8, got another',
    })
    await expect(readWitnessPolicy(`${file}s`)).rejects.toMatchObject({
      code: 'CONFIG',
      message: 'PORTOLAN_LOG_POLICY: expected a readable file, got ENOENT',
    })
  })

  it.each([
    ...[
      'witness.example',
      'ftp://witness.example',
      'https://me:secret@witness.example',
      'https://w.example/?x',
    ],
    ...['https://w.example/#x', 'file:///etc/passwd', 'https://', '/add-checkpoint'],
  ])('asks no witness at %s', (address) => {
    const { vkey } = signerOf('w.example', 4)
    expect(() => policyOf(`witness w ${vkey} ${address}`, 'quorum w')).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        message: 'PORTOLAN_LOG_POLICY: expected an address by http or https in line 6, got another',
      }),
    )
  })
})

describe('the two readers of a policy', () => {
  const other = signerOf('witness.example/other', 4).vkey
  it.each([
    ...[
      ['quorum S1'],
      ['quorum none'],
      ['group g any S0 S1', 'quorum g'],
      ['group g 2 S0 S1 S2', 'quorum g'],
    ],
    ...[
      ['group g any S0 S1', 'group h all g S2', 'quorum h'],
      ['', ' \t# x', '\tgroup  États\tany S0 ', 'quorum États'],
    ],
    ...[
      [],
      ['quorum S0', 'quorum S0'],
      ['quorum S9'],
      ['quorum g', 'group g any S0'],
      ['group g any g', 'quorum g'],
    ],
    ...[['group g any h', 'group h any S0', 'quorum g'], ['group g any', 'quorum S0'], ['quorum S0 S1']],
    ...[
      ['group g any none', 'quorum g'],
      ['group none any S0', 'quorum none'],
      ['group S0 any S1', 'quorum S0'],
    ],
    ...[
      ['group g 2 S0 S0', 'quorum g'],
      ['group g any S0', 'group h any S0', 'group i all g h', 'quorum i'],
    ],
    ...[
      ['group g 0 S0', 'quorum g'],
      ['group g 3 S0 S1', 'quorum g'],
      ['group g 01 S0 S1', 'quorum g'],
    ],
    ...[['group g -1 S0 S1', 'quorum g'], ['group g 1.0 S0', 'quorum g'], ['quorum S0\r'], ['quorum S0\0']],
    ...[
      [`witness again ${states[0]!.vkey}`, 'quorum S0'],
      [`log ${log.vkey}`, 'quorum S0'],
    ],
    [`witness again ${signerOf('x.example', 4, 'witness.example/ml').vkey}`, 'quorum S0'],
    ...[
      [`witness w ${signerOf('x.example', 1).vkey}`, 'quorum w'],
      [`log ${other}`, 'quorum S0'],
    ],
    ...[
      [`witness w ${other.replace('+', '+0')}`, 'quorum w'],
      ['witnesses S0 S1', 'quorum S0'],
    ],
    ...[
      [`witness w ${other}`, 'quorum w'],
      [`witness none ${other}`, 'quorum S0'],
      ['log', 'quorum S0'],
    ],
  ])('agree on %j %j %j %j', (...lines) => {
    for (const times of [[], [5], [null, 6], [7, 8, 9], [9, 8, 7, 6], [null, null, 3, 3]]) {
      const [server, client] = bothRead(
        lines,
        times.map((time) => time && time * 1_000),
      )
      expect(server).toEqual(client)
    }
  })

  it('agree on a thousand that are drawn', () => {
    const chance = chanceOf(SEED)
    let sound = 0
    for (let world = 0; world < 1_000; world++) {
      const lines = drawn(chance)
      const times = states.map(() => (chance.in(2, 3) ? chance.below(100) : null))
      const [server, client] = bothRead(lines, times)
      expect(server, `seed ${SEED}, world ${world}`).toEqual(client)
      if (typeof server === 'number') sound += 1
    }
    expect(sound).toBeGreaterThan(100)
  })
})

/** Groups of what comes before them, now and then of something else. */
function drawn(chance: Chance): string[] {
  const free = ['S0', 'S1', 'S2', 'S3']
  const lines: string[] = []
  for (let group = 0; group < 1 + chance.below(4); group++) {
    const count = Math.min(free.length, 1 + chance.below(3))
    const members = Array.from({ length: count }, () => free.splice(chance.below(free.length), 1)[0]!)
    if (chance.in(1, 12)) members.push('S1')
    const least = chance.one([
      'any',
      'all',
      String(1 + chance.below(members.length)),
      String(chance.below(5)),
    ])
    lines.push(`group G${group} ${least} ${members.join(' ')}`)
    free.push(`G${group}`)
  }
  return [...lines, `quorum ${chance.one(free)}`]
}
