import { createHash } from 'node:crypto'
import { readKey } from 'openpgp'
import { inForce } from '../../schema/wire/directory.ts'
import { type DirectoryState, usable } from '../../schema/wire/directory-state.ts'
import { Fault } from '../../schema/wire/fault.ts'

// The Web Key Directory, from which gpg fetches a key by a mail address: here as files that any web server can serve. They are
// a convenience for gpg users; whoever seals with Portolan takes its keys from the signed directory and nowhere else.

const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769'

/** The name of a key's file: the local part in lower case, hashed and written in z-base-32. */
export function wkdHash(local: string): string {
  const digest = createHash('sha1').update(local.toLowerCase()).digest()
  let [text, bits, held] = ['', 0, 0]
  for (const octet of digest) {
    held = ((held << 8) | octet) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31]
  }
  return text
}

export type WkdFile = { office: string; mail: string; path: string[]; bytes: Uint8Array }

/**
 * The compat keys of offices in force that name a mail address of this domain, one file for each, by the advanced layout.
 * Throws BAD_INPUT where two offices name the same address.
 */
export async function wkdFiles(state: DirectoryState, domain: string, now: number): Promise<WkdFile[]> {
  const files: WkdFile[] = []
  for (const { body, key } of state.offices.values()) {
    if (!inForce(body, now) || usable(state, key, 'encrypt', now).length === 0) continue
    const read = await readKey({ armoredKey: key.armored })
    const mails = read.users.flatMap(({ userID }) => userID?.email?.toLowerCase() ?? [])
    for (const mail of mails.filter((one) => one.endsWith(`@${domain}`))) {
      const name = wkdHash(mail.slice(0, mail.lastIndexOf('@')))
      const path = ['.well-known', 'openpgpkey', domain, 'hu', name]
      files.push({ office: body.office, mail, path, bytes: read.write() })
    }
  }
  const twice = files.find(({ mail }, i) => files.findIndex((other) => other.mail === mail) < i)
  if (twice) throw new Fault('BAD_INPUT', `expected an address of one office, got ${twice.mail} twice`)
  return files
}
