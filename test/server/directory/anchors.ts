import { expect } from 'vitest'
import { readDirectory } from '../../../clients/core/directory.ts'
import type { AnchorBody, SignedBody } from '../../../schema/wire/directory.ts'
import {
  anchorBody,
  bySigners,
  directory,
  officeBody,
  reopen,
  tempFolder,
  world,
  worldGenesis,
} from './world.ts'

// Five countries, two of which made the genesis, and what their anchors do with each other's keys.

/** The anchors that most tests begin with, in a genesis of threshold 2. */
export const FIVE = ['NE', 'ML', 'DZ', 'IT', 'FR']
export const OTHERS = ['anchor:ML', 'anchor:DZ']

/** Another genesis for the test that runs. */
export async function begin(countries: string[], threshold: number): Promise<void> {
  await directory.close()
  world.file = `${tempFolder()}/anchors.jsonl`
  await reopen([await worldGenesis(world, { countries, threshold })])
}

/** Another key for the anchor of Niger. */
export const body = (more: Partial<AnchorBody> = {}, names?: { former?: string; next?: string }) =>
  anchorBody(world, 'NE', more, names)
export const enter = async (body: AnchorBody, by: string[]) =>
  directory.append(await bySigners(world, by, body))
export const refusedEntry = (entry: SignedBody, message: RegExp) =>
  expect(directory.append(entry)).rejects.toMatchObject({
    code: 'DIRECTORY',
    message: expect.stringMatching(message),
  })
export const refused = async (body: AnchorBody, by: string[], message: RegExp) =>
  refusedEntry(await bySigners(world, by, body), message)
export const office = (code: string) => officeBody(world, code, 'POLICE')
export const certify = async (signer: string, code: string) =>
  directory.append(await bySigners(world, [signer], await office(code)))
/** As all agree to it. */
export const rotate = async () => enter(await body(), ['anchor:NE', ...OTHERS])
/** As somebody reads it who only pins the genesis. */
export const asClient = () => readDirectory(directory.publicEntries(), directory.genesisHash)
