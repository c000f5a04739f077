import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../../clients/core/log/checkpoint.ts'
import { parseKeys, parsePolicy, quorumSince } from '../../../../clients/core/log/policy.ts'
import { emptyRoot } from '../../../../clients/core/log/tree.ts'
import { headText, noteOf, signerOf } from './writer.ts'

const log = signerOf('sahel.portolan/audit/2026h2', 1)
const states = ['ml', 'ne', 'it', 'lib'].map((name) => signerOf(`witness.example/${name}`, 4))
const authority = signerOf('dpa.example/garante', 4)

const LINES = [
  `log ${log.vkey} https://log.example/`,
  ...states.map(({ vkey }, i) => `witness S${i} ${vkey}`),
  `witness DPA ${authority.vkey}`,
]
const policyOf = (...lines: string[]) => parsePolicy(Buffer.from([...LINES, ...lines, ''].join('\n')))

/** Since when the witnesses that signed at these times make a quorum. */
function since(policy: ReturnType<typeof parsePolicy>, times: Record<string, number>): number | null {
  const witnesses = [
    ...states.map((signer, i) => ({ name: `S${i}`, signer })),
    { name: 'DPA', signer: authority },
  ]
  const signed = witnesses.filter(({ name }) => name in times)
  const note = noteOf(headText(log.name, 0, emptyRoot()), [
    log,
    ...signed.map(({ name, signer }) => ({ signer, time: times[name]! })),
  ])
  return quorumSince(policy, openCheckpoint(note, policy.logs, policy.witnesses).signers)
}

describe('a policy', () => {
  it('of k states and one authority has its quorum when the last that it needs has signed', () => {
    const policy = policyOf(
      'group states 2 S0 S1 S2 S3',
      'group all-of-us all states DPA',
      'quorum all-of-us',
    )
    expect(since(policy, { S0: 100, S2: 300, DPA: 200 })).toBe(300)
    expect(since(policy, { S0: 100, S1: 150, S2: 300, DPA: 200 })).toBe(200)
    expect(since(policy, { S0: 100, DPA: 200 })).toBeNull()
    expect(since(policy, { S0: 100, S1: 100, S2: 100, S3: 100 })).toBeNull()
    expect(since(policy, {})).toBeNull()
  })

  it('of one, of any and of nobody', () => {
    expect(since(policyOf('quorum S1'), { S1: 7 })).toBe(7)
    expect(since(policyOf('quorum S1'), { S0: 7 })).toBeNull()
    expect(since(policyOf('group one any S0 S1', 'quorum one'), { S0: 9, S1: 7 })).toBe(7)
    expect(since(policyOf('quorum none'), {})).toBe(0)
  })

  it('may have comments, tabs, empty lines and names beyond ASCII', () => {
    const policy = policyOf('', ' \t# a comment', `\tgroup  États\tany S0 `, '  quorum États')
    expect(since(policy, { S0: 5 })).toBe(5)
  })

  const KEY = signerOf('witness.example/other', 4).vkey
  it.each([
    ['without a quorum', ['group g any S0']],
    ['with two', ['quorum S0', 'quorum S0']],
    ['whose quorum nobody is', ['quorum S9']],
    ['whose quorum comes later', ['quorum g', 'group g any S0']],
    ['whose member comes later', ['group g any h', 'group h any S0', 'quorum g']],
    ['with a group of itself', ['group g any g', 'quorum g']],
    ['with no members', ['group g any', 'quorum S0']],
    ['with none as a member', ['group g any none', 'quorum g']],
    ['with a group named none', ['group none any S0', 'quorum none']],
    ['with a name twice', ['group S0 any S1', 'quorum S0']],
    ['with a member twice', ['group g 2 S0 S0', 'quorum g']],
    ['with a member in two groups', ['group g any S0', 'group h any S0', 'group i all g h', 'quorum i']],
    ['that asks for nobody of a group', ['group g 0 S0', 'quorum g']],
    ['that asks for more than there are', ['group g 3 S0 S1', 'quorum g']],
    ['with a threshold that begins with zero', ['group g 01 S0 S1', 'quorum g']],
    ['with one key as two witnesses', [`witness again ${states[0]!.vkey}`, 'quorum S0']],
    [
      'with one key as two witnesses by another name',
      [`witness again ${signerOf('x.example', 4, 'witness.example/ml').vkey}`, 'quorum S0'],
    ],
    ['with a log twice', [`log ${log.vkey}`, 'quorum S0']],
    ['with the key of a log for a witness', [`witness w ${signerOf('x.example', 1).vkey}`, 'quorum w']],
    ['with the key of a witness for a log', [`log ${KEY}`, 'quorum S0']],
    ['with a broken key', [`witness w ${KEY.replace('+', '+0')}`, 'quorum w']],
    ['with an unknown word', ['witnesses S0 S1', 'quorum S0']],
    ['with a word too many', ['quorum S0 S1']],
    ['with a carriage return', ['quorum S0\r']],
  ])('%s is refused', (_, lines) =>
    expect(() => policyOf(...lines)).toThrow(expect.objectContaining({ code: 'LOG' })),
  )
})

describe('a file of keys', () => {
  it('asks for no witness', () => {
    const policy = parseKeys(Buffer.from(`# of the Sahel instance\n${log.vkey}\n\n`))
    expect(policy.logs.map(({ name }) => name)).toEqual([log.name])
    expect(since(policy, {})).toBe(0)
  })

  it('is refused where it has none, or those of witnesses', () => {
    for (const text of ['', '# none\n', `${authority.vkey}\n`, 'something else\n'])
      expect(() => parseKeys(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'LOG' }))
  })
})
