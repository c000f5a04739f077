import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkLog } from '../../../clients/core/log/check-log.ts'
import { openCheckpoint } from '../../../clients/core/log/checkpoint.ts'
import { parseKeys } from '../../../clients/core/log/policy.ts'
import { folderSource } from '../../../clients/core/log/source.ts'
import { entryHash } from '../../../schema/wire/directory.ts'
import { fileShelf } from '../../../server/audit/storage.ts'
import { shelfMemory } from '../../../server/audit/tree/memory.ts'
import { directoryShards } from '../../../server/audit/tree/shards.ts'
import { publishDirectory } from '../../../server/directory/published.ts'
import { byAnchor, directory, officeBody, openForEach, reopen, tempFolder, world } from './world.ts'

// The history of the directory as witnesses see it: a second log.

openForEach()
let home: string
beforeEach(() => {
  home = tempFolder()
})

const publish = async () =>
  publishDirectory(directory, {
    ...{ shards: directoryShards(join(home, 'log')), keys: join(home, 'keys') },
    origin: '0123456789ab.portolan/directory',
    memory: shelfMemory(await fileShelf(join(home, 'memory'))),
  })

const folder = () => join(home, 'log', 'whole')
const sizeNow = () => Number(readFileSync(join(folder(), 'checkpoint'), 'utf8').split('\n')[1])

async function until(size: number): Promise<void> {
  while (sizeNow() !== size) await sleep(20)
}

/** The hash in each leaf, under a checkpoint that the client's verifier has found good. */
async function published(): Promise<string[]> {
  const { logs } = parseKeys(readFileSync(join(home, 'keys', 'directory-whole.vkey')))
  const { checkpoint } = openCheckpoint(readFileSync(join(folder(), 'checkpoint')), logs)
  await checkLog(folderSource(folder()), checkpoint)
  const bundle = readFileSync(join(folder(), `tile/entries/000.p/${checkpoint.size}`))
  return Array.from({ length: checkpoint.size }, (_, nth) =>
    bundle.toString('hex', nth * 42 + 10, (nth + 1) * 42),
  )
}

const enter = async (office: string) =>
  directory.append(await byAnchor(world, 'NE', await officeBody(world, office, 'POLICE')))

it('has a leaf of each entry, the new ones too, and no name in any', async () => {
  const feed = await publish()
  const { index } = await enter('ne-new')
  await feed.close()
  const hashes = directory.publicEntries().map(entryHash)
  expect(hashes).toHaveLength(index + 1)
  expect(await published()).toEqual(hashes)
  const again = await publish()
  await enter('ne-newer')
  await until(index + 2)
  await again.close()
  expect(await published()).toEqual(directory.publicEntries().map(entryHash))
})

describe('a directory that was put back in time', () => {
  it('is not served: shorter', async () => {
    await enter('ne-new')
    await (await publish()).close()
    await directory.close()
    const lines = readFileSync(world.file, 'utf8').trimEnd().split('\n')
    writeFileSync(world.file, `${lines.slice(0, -1).join('\n')}\n`)
    await reopen()
    await expect(publish()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })

  it('is not served: as long, with another history', async () => {
    await enter('ne-new')
    await (await publish()).close()
    await directory.close()
    rmSync(world.file)
    await reopen()
    await enter('ne-other')
    await expect(publish()).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })
})
