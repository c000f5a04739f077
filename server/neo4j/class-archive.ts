/**
 * Java's archive of Neo4j's classes, parsed and verified: a start that maps one takes a quarter less processor time.
 *
 *     <neo4jHome>/classes/<key>.jsa      mapped by each start that has its key
 *     <neo4jHome>/classes/<key>.jsa.new  written by Java when it ends; kept only after an orderly end
 *
 * A start without one records, and writes it when it ends, which then takes some seconds more, once. Java holds the
 * archive against its own build, its checksums, and the size and time of every jar; where it does not fit Java goes
 * on without it. The jars themselves are held against jars.sha256 before each launch all the same.
 */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

export type ClassArchive = {
  /** Java's arguments that map the archive, or else those that make it. */
  javaArguments: string[]
  /** Whether a start is to map it. */
  isMapped: boolean
  /** Takes the one that Java wrote, which has ended in good order. */
  keep(): Promise<void>
  /** A start that mapped it failed: no later start shall. */
  drop(): Promise<void>
  /** Drops it where Java turned it away, so that the next start records. Where there is no /proc it stays. */
  check(pid: number): Promise<void>
}

/**
 * Opens the archive for one build of Java and one folder of jars. Whatever else lies in its folder is removed: the
 * archives of former builds, what a kill -9 left half written, and one that others than this user could have written.
 */
export async function openClassArchive(
  neo4jHome: string,
  javaBuild: string,
  jars: string,
): Promise<ClassArchive> {
  const folder = join(neo4jHome, 'classes')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Fetched again, the jars have other times, and the archive would never fit.
  const key = createHash('sha256').update(JSON.stringify([javaBuild, jars, (await stat(jars)).mtimeMs]))
  const file = join(folder, `${key.digest('hex').slice(0, 16)}.jsa`)
  const isMapped = await isPrivate(file)
  for (const name of await readdir(folder)) {
    if (!isMapped || join(folder, name) !== file)
      await rm(join(folder, name), { recursive: true, force: true })
  }
  const drop = () => rm(file, { force: true })
  return {
    javaArguments: [
      ...(isMapped
        ? ['-Xshare:auto', '-XX:+VerifySharedSpaces', `-XX:SharedArchiveFile=${file}`]
        : [`-XX:ArchiveClassesAtExit=${file}.new`]),
      // Each class that cannot be archived is a line otherwise.
      '-Xlog:cds*=error',
    ],
    isMapped,
    keep: () => rename(`${file}.new`, file).catch(() => {}),
    drop,
    async check(pid) {
      const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => null)
      // By its name alone: the home may be reached through a link.
      if (isMapped && maps !== null && !maps.includes(basename(file))) await drop()
    },
  }
}

/** A file of this user that nobody else may write or read. */
async function isPrivate(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => null)
  return found?.isFile() === true && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
}
