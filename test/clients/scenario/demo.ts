import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenKey, openKeyStore } from '../../../clients/core/keys.ts'
import { makeDemoDirectory } from '../../../clients/scenario/directory.ts'
import type { SignedBody } from '../../../schema/wire/directory.ts'

export type Demo = { genesis: SignedBody[]; key(name: string): OpenKey; folder: string }

/** The demo's directory with real keys, made an hour ago. */
export async function makeDemo(): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-demo-'))
  const store = await openKeyStore(join(folder, 'keys'))
  const keys = new Map<string, OpenKey>()
  const drawn = {
    async newKey(options: Parameters<typeof store.newKey>[0]) {
      const key = await store.newKey(options)
      keys.set(options.person, key)
      return key
    },
  }
  const created = new Date(Date.now() - 3_600_000)
  const genesis = await makeDemoDirectory({ keys: drawn, instance: 'demo-sahel-test', created })
  return { genesis, key: (name) => keys.get(name)!, folder }
}
