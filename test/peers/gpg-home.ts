import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKey, readPrivateKey } from 'openpgp'
import type { TestOffice } from '../clients/core/offices.ts'
import { run } from './run.ts'

export type Gpg = {
  home: string
  run(args: string[], input?: Uint8Array | string): Promise<Buffer>
  /** An office whose key gpg makes, with a signing primary key and an encryption subkey. */
  makeOffice(office: string, sign: string, encrypt: string): Promise<TestOffice>
  importOffice(office: TestOffice): Promise<void>
  /** Stops the agent that gpg started for this home, and removes the home. */
  close(): Promise<void>
}

/** gpg with a home of its own. The path is short, for the agent's socket lies in it. */
export async function openGpg(): Promise<Gpg> {
  const home = await mkdtemp(join(tmpdir(), 'pg-'))
  const common = [
    '--homedir',
    home,
    '--batch',
    '--no-tty',
    '--yes',
    '--quiet',
    '--trust-model',
    'always',
    '--pinentry-mode',
    'loopback',
    '--passphrase',
    '',
  ]
  const gpg = (args: string[], input?: Uint8Array | string) => run('gpg', [...common, ...args], input)
  return {
    home,
    run: gpg,
    async makeOffice(office, sign, encrypt) {
      const user = `${office}@example.org`
      await gpg(['--quick-generate-key', user, sign, 'sign,cert', 'never'])
      const listed = (await gpg(['--with-colons', '--list-keys', user])).toString()
      await gpg(['--quick-add-key', /^fpr:+([0-9A-F]{40}):/m.exec(listed)![1]!, encrypt, 'encr', 'never'])
      return {
        office,
        key: await readKey({ armoredKey: (await gpg(['--armor', '--export', user])).toString() }),
        secret: await readPrivateKey({
          armoredKey: (await gpg(['--armor', '--export-secret-keys', user])).toString(),
        }),
      }
    },
    async importOffice({ secret }) {
      await gpg(['--import'], secret.armor())
    },
    async close() {
      await run('gpgconf', ['--homedir', home, '--kill', 'all'])
      await rm(home, { recursive: true, force: true })
    },
  }
}
