import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ObjectId, Profile } from '../../schema/wire/envelope.ts'
import type { Upload } from '../core/attach.ts'
import type { OpenKey } from '../core/keys.ts'
import { writeWhole } from '../core/write-whole.ts'
import type { Home } from './home.ts'
import { openVault } from './vault.ts'

/** An upload as it waits on disk; the octets of its key in base64. */
const Kept = z.object({
  object: ObjectId,
  profile: Profile,
  sessionKey: z.base64(),
  packets: z.base64(),
  file: z.string(),
  size: z.int(),
  /** When the file was last written (ms): another version of it is another attachment. */
  written: z.number(),
  chunkSize: z.int(),
  audience: z.array(z.string()),
})
type Kept = z.infer<typeof Kept>

export type Wanted = Pick<Kept, 'file' | 'size' | 'written' | 'audience' | 'profile'>

/** Uploads that were begun and not yet sent with a message. */
export type Uploads = {
  /** The upload of this very file to these very offices, where one was begun. */
  find(wanted: Wanted): Promise<Upload | null>
  /** Resolves when a crash would not lose it. Before this nothing of it may leave. */
  keep(upload: Upload, written: number): Promise<void>
  drop(object: string): Promise<void>
}

/** A session key lies on disk only as sealed to the officer himself, who signs it: nobody else can put one there. */
export function openUploads(home: Home, key: OpenKey, now: () => number): Uploads {
  const folder = home.path('uploads', key.name)
  const vault = openVault(key, now)
  const fileOf = (object: string) => join(folder, `${object}.pgp`)

  async function kept(): Promise<Kept[]> {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pgp'))
    return Promise.all(
      names.map(async (name) => Kept.parse(await vault.open(await readFile(join(folder, name))))),
    )
  }

  return {
    async find({ file, size, written, audience, profile }) {
      const found = (await kept()).find(
        (one) =>
          one.file === file &&
          one.size === size &&
          one.written === written &&
          one.profile === profile &&
          one.audience.join() === audience.join(),
      )
      if (!found) return null
      const { object, chunkSize } = found
      const octets = (base64: string) => Buffer.from(base64, 'base64')
      const sealed = { sessionKey: octets(found.sessionKey), packets: octets(found.packets) }
      return { key: { object, profile, ...sealed }, file, size, chunkSize, audience }
    },
    keep({ key: { object, profile, sessionKey, packets }, ...upload }, written) {
      const base64 = (octets: Uint8Array) => Buffer.from(octets).toString('base64')
      const secret = { sessionKey: base64(sessionKey), packets: base64(packets) }
      const waiting: Kept = { object, profile, ...secret, ...upload, written }
      return vault.seal(waiting).then((sealed) => writeWhole(fileOf(object), sealed))
    },
    drop: (object) => rm(fileOf(object), { force: true }),
  }
}
