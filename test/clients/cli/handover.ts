import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenKey } from '../../../clients/core/keys.ts'
import type { Part } from '../../cast.ts'
import { type Desks, openDesks } from '../../server/exchange/desks.ts'
import { openSite, type Site } from './site.ts'

// What each handover at the command line needs, in whichever profile its desk has keys.

export type Handover = {
  site: Site
  desks: Desks
  /** How an office's objects stand, as its officer asks. */
  status(home: string, args: string[]): Promise<{ states: Record<string, number> }>
}

export async function openHandover(more: Part[] = []): Promise<Handover> {
  const site = await openSite({}, { more })
  const desks = await openDesks(site.portolan, site.cast, ['ne-dst.aicha', 'ne-dst.salif'])
  return { site, desks, status: (home, args) => site.data(['handover', 'status', ...args], { home }) }
}

/** Puts a key where the command line of that home looks for it. */
export async function keep(home: string, key: OpenKey): Promise<void> {
  const folder = join(home, 'keys', key.name.replace(':', '+'))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, `${key.fingerprint}.asc`), key.privateKey.armor(), { mode: 0o600 })
}
