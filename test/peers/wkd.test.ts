import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDirectory } from '../../clients/core/directory.ts'
import { openKeyStore } from '../../clients/core/keys.ts'
import { wkdFiles, wkdHash } from '../../clients/core/wkd.ts'
import { byAnchor, DAY, makeWorld, NOW, officeBody, tempFolder } from '../server/directory/world.ts'

// What the export writes, as real gpg names and reads it.

function gpg(home: string, ...args: string[]): string {
  return execFileSync('gpg', ['--homedir', home, '--batch', '--trust-model', 'always', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function gpgHome(): string {
  const home = tempFolder()
  chmodSync(home, 0o700)
  return home
}

async function directoryWith(mails: Record<string, string>) {
  const world = await makeWorld()
  const directory = await world.open()
  const store = await openKeyStore(join(tempFolder(), 'keys'))
  for (const [office, mail] of Object.entries(mails)) {
    const date = new Date(NOW - DAY)
    const { publicKey } = await store.newKey({ person: `office:${office}`, passphrase: null, mail, date })
    const body = await officeBody(world, office, 'POLICE', { key: publicKey })
    await directory.append(await byAnchor(world, 'NE', body))
  }
  const state = await readDirectory(directory.publicEntries(), directory.genesisHash)
  await directory.close()
  return state
}

describe('a Web Key Directory', () => {
  it('names the files as the draft of the standard does', () => {
    expect(wkdHash('Joe.Doe')).toBe('iy9q119eutrkn8s1mk4r39qejnbu3n5q')
  })

  it('holds files that gpg names so too, and imports', async () => {
    const state = await directoryWith({ 'ne-aa': 'Niamey.DST@police.example', 'ne-bb': 'x@other.example' })
    const files = await wkdFiles(state, 'police.example', NOW)
    expect(files.map(({ office, mail }) => [office, mail])).toEqual([['ne-aa', 'niamey.dst@police.example']])
    const [file] = files
    const home = gpgHome()
    writeFileSync(join(home, 'key'), file!.bytes)
    gpg(home, '--import', join(home, 'key'))
    const listed = gpg(home, '--with-wkd-hash', '--list-keys')
    expect(listed).toContain(`${file!.path.at(-1)}@police.example`)
    expect(listed.replace(/\s/g, '').toLowerCase()).toContain(
      state.offices.get('ne-aa')!.key.facts.fingerprint,
    )
    expect(file!.path.slice(0, -1)).toEqual(['.well-known', 'openpgpkey', 'police.example', 'hu'])
    writeFileSync(join(home, 'text'), 'sealed')
    gpg(
      home,
      '--output',
      join(home, 'sealed'),
      '--encrypt',
      '-r',
      'niamey.dst@police.example',
      join(home, 'text'),
    )
    expect(readFileSync(join(home, 'sealed')).length).toBeGreaterThan(100)
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'])
  })

  it('leaves out keys that have ended, and refuses an address of two offices', async () => {
    const state = await directoryWith({ 'ne-aa': 'dst@police.example' })
    expect(await wkdFiles(state, 'police.example', NOW + 400 * DAY)).toEqual([])
    const twice = await directoryWith({ 'ne-aa': 'dst@police.example', 'ne-bb': 'DST@police.example' })
    await expect(wkdFiles(twice, 'police.example', NOW)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})
