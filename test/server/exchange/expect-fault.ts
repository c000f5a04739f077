import { expect } from 'vitest'
import { Fault, type FaultCode } from '../../../schema/wire/fault.ts'

/** Runs it and gives the fault it throws; anything else fails the test. */
export async function faultFrom(run: () => unknown): Promise<Fault> {
  try {
    await run()
  } catch (error) {
    expect(error).toBeInstanceOf(Fault)
    return error as Fault
  }
  throw new Error('expected a fault, got none')
}

export async function expectFault(run: () => unknown, code: FaultCode, words = ''): Promise<void> {
  const fault = await faultFrom(run)
  expect(fault.code).toBe(code)
  expect(fault.message).toContain(words)
}
