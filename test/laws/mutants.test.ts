import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../../schema/wire/caller.ts'
import { swap } from './broken.ts'
import { CODE_MUTANTS } from './mutants-code.ts'
import { broken, closeProbes, killed, openProbes, probes } from './mutants-probes.ts'
import { TEXT_MUTANTS } from './mutants-text.ts'

// Law 1 is only as good as the questions that guard it: each of these breaks it in one place, and must be noticed by
// somebody who asks the same as before.

vi.mock('../../server/cursors.ts', async (original) => {
  const honest = await original<typeof import('../../server/cursors.ts')>()
  const anybody = { person: '', office: '', role: 'FOCAL_POINT' } as Caller
  return {
    cursorsFor: (key: Uint8Array, caller: Caller) =>
      honest.cursorsFor(key, broken.cursors ? anybody : caller),
  }
})

beforeAll(openProbes, 1_500_000)
afterAll(closeProbes)

describe('every mutant of an authorisation is noticed', () => {
  it('and the honest server is no mutant: what it answered it answers again', async () => {
    expect(probes.length).toBeGreaterThan(40)
    expect(await killed()).toBe(false)
    expect(TEXT_MUTANTS.length + CODE_MUTANTS.length).toBeGreaterThanOrEqual(25)
  }, 400_000)

  it.each(TEXT_MUTANTS)(
    '%s',
    async (_, statement, text) => {
      expect(text).not.toBe(statement.text)
      const undo = swap(broken, 'text', (one) => (one.name === statement.name ? text : one.text))
      try {
        expect(await killed(statement.name)).toBe(true)
      } finally {
        undo()
      }
    },
    120_000,
  )

  it.each(CODE_MUTANTS)(
    '%s',
    async (_, breaking) => {
      const undo = breaking()
      try {
        expect(await killed()).toBe(true)
      } finally {
        undo()
      }
    },
    120_000,
  )
})
