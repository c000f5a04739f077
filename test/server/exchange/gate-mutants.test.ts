import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { walk } from '../../../schema/wire/packet.ts'
import { clear, MUTANTS, mutated } from './gate-mutants.ts'
import { HOSTILE } from './hostile.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mutants-'))
})
afterAll(() => clear(root))

const taken = (walker: typeof walk): string[] =>
  HOSTILE.filter(([, bytes]) => {
    try {
      return walker(bytes).pkesks.length >= 0
    } catch {
      return false
    }
  }).map(([name]) => name)

describe('the corpus finds each rule that the walker lacks', () => {
  it('and takes nothing when it lacks none', () => expect(taken(walk)).toEqual([]))

  it.each(MUTANTS)('%s', async (...mutant) => {
    expect(taken(await mutated(mutant, root))).not.toEqual([])
  })
})
