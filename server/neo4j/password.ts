import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const ROUNDS = 1024

/**
 * The password of a private Neo4j, drawn once per home: 192 random bits in a file of mode 0600.
 * Also lays down `data/dbms/auth.ini`, which Neo4j reads while it has no user yet: a start that was killed
 * half-way finds it again, and a later one ignores it.
 */
export async function providePassword(neo4jHome: string): Promise<string> {
  const file = join(neo4jHome, 'password')
  const stored = (await readFile(file, 'utf8').catch(() => '')).trim()
  const password = stored || randomBytes(24).toString('base64url')
  if (stored) await chmod(file, 0o600)
  else await writePrivate(file, `${password}\n`)
  await writePrivate(join(neo4jHome, 'data', 'dbms', 'auth.ini'), initialUser(password, randomBytes(32)))
  return password
}

/**
 * The line that `neo4j-admin dbms set-initial-password` of Neo4j 5.26 writes; that command would show the
 * password to everybody who lists processes. Iterated SHA-256, the salt first.
 */
export function initialUser(password: string, salt: Uint8Array): string {
  let hash = createHash('sha256').update(salt).update(password).digest()
  for (let round = 1; round < ROUNDS; round++) hash = createHash('sha256').update(hash).digest()
  return `neo4j:SHA-256,${hash.toString('hex')},${Buffer.from(salt).toString('hex')},${ROUNDS}:\n`
}

/** Writes a file of mode 0600 whole or not at all, also under kill -9. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
