import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../../../schema/wire/fault.ts'
import { machineFiles as files } from './files.ts'
import { makeSigningKey, type SigningKey, signingKeyOf } from './note.ts'

/**
 * The signing key of the log `name`, kept in `file` (mode 0600) as C2SP text; its public half lies beside it as
 * `<file>.vkey`, to be given to witnesses and authorities. Where there is no key yet, one is made. Throws CONFIG where the
 * file holds no key or that of another log.
 */
export async function keepSigningKey(file: string, name: string): Promise<SigningKey> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const stored = (await files.read(file)) ?? (await make(file, name))
  const key = signingKeyOf(stored.toString('utf8').trim())
  if (key.name !== name) throw new Fault('CONFIG', `expected the key of ${name}, got that of ${key.name}`)
  // Again each time: a crash may have come between the two files.
  await put(`${file}.vkey`, `${key.vkey}\n`)
  return key
}

/** Never over a key that is there: what it has signed could not be continued. */
async function make(file: string, name: string): Promise<Buffer> {
  const text = Buffer.from(`${makeSigningKey(name).skey}\n`)
  await files.remove(`${file}.new`)
  await files.create(`${file}.new`, text)
  const made = await files.link(`${file}.new`, file)
  await files.remove(`${file}.new`)
  await files.sync(dirname(file))
  return made ? text : (await files.read(file))!
}

async function put(file: string, text: string): Promise<void> {
  if ((await files.read(file))?.toString('utf8') === text) return
  await files.remove(`${file}.new`)
  await files.create(`${file}.new`, Buffer.from(text))
  await files.rename(`${file}.new`, file)
  await files.sync(dirname(file))
}
