import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../schema/wire/fault.ts'
import { Octets32 } from '../../schema/wire/match.ts'
import { openBudget } from './budget.ts'
import { type Evaluator, type EvaluatorOptions, evaluatorOf } from './evaluator.ts'
import { lockFolder } from './lock.ts'
import { openShares } from './shares.ts'
import { bytes, textOf, type Vault } from './vault.ts'

const TAGS = 'tags'
const TagKey = z.strictObject({ key: Octets32 })

/** The key under which officers are counted in this folder; drawn the first time. */
export async function tagKeyIn(vault: Vault): Promise<Uint8Array> {
  const known = await vault.take(TAGS, TagKey)
  if (known !== null) return bytes(known.key)
  const key = randomBytes(32)
  await vault.keep(TAGS, { key: textOf(key) })
  return key
}

/**
 * Opens the evaluator of a folder: its shares, its counts, and the lock that no other process counts beside it.
 * @throws Fault PASSPHRASE, HOME_BUSY, LOG_DAMAGED; CONFIG where a share is of another instance
 */
export async function openEvaluator(
  folder: string,
  vault: Vault,
  options: Pick<EvaluatorOptions, 'platform' | 'directory' | 'clock'>,
): Promise<{ evaluator: Evaluator; close(): Promise<void> }> {
  const lock = lockFolder(folder)
  try {
    const shares = await openShares(folder, vault, options.platform.instance)
    if ((await shares.epochs()).length === 0)
      throw new Fault('NOT_FOUND', `expected a share in ${folder}, got none: finish a ceremony first`)
    const budget = await openBudget(folder, options.clock)
    const evaluator = evaluatorOf({ ...options, shares, budget, tagKey: await tagKeyIn(vault) })
    return { evaluator, close: () => budget.close().finally(lock.release) }
  } catch (error) {
    lock.release()
    throw error
  }
}
