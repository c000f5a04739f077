import { dirname } from 'node:path'
import type { Files } from '../../../../server/audit/tree/files.ts'
import type { Chance } from '../../../laws/chance.ts'

type File = { bytes: Buffer }
type Folder = Map<string, File | 'FOLDER'>

/**
 * A disk that dies at the n-th call that changes it, in the midst of it: a write is torn or short, a name is there or not.
 * `cutPower` then forgets what was never synced, each name for itself, as POSIX allows; without it only the process died.
 */
export function weakDisk(chance: Chance) {
  /** What programs see, and what the platter holds: names by folder. */
  let seen = new Map<string, Folder>([['/log', new Map()]])
  let held = new Map<string, Folder>([['/log', new Map()]])
  const state = { calls: 0, dieAt: Number.POSITIVE_INFINITY, dead: false }
  const died = () => Object.assign(new Error('input/output error'), { code: 'EIO' })

  /** Counts, and at the fatal call does its work by halves. */
  function change<T>(work: () => T, half: () => void = work): T {
    if (state.dead) throw died()
    if (++state.calls < state.dieAt) return work()
    state.dead = true
    if (chance.in(2, 3)) half()
    throw died()
  }
  const folderOf = (path: string) => {
    const folder = seen.get(dirname(path))
    if (!folder) throw Object.assign(new Error('no such folder'), { code: 'ENOENT' })
    return folder
  }
  const nameOf = (path: string) => path.slice(dirname(path).length + 1)
  const get = (path: string) => {
    const file = seen.get(dirname(path))?.get(nameOf(path))
    return file === 'FOLDER' ? undefined : file
  }
  const set = (path: string, file: File | 'FOLDER') => void folderOf(path).set(nameOf(path), file)

  const files: Files = {
    async read(path) {
      if (state.dead) throw died()
      return get(path)?.bytes ?? null
    },
    async create(path, bytes) {
      if (get(path)) throw Object.assign(new Error('exists'), { code: 'EEXIST' })
      change(
        () => set(path, { bytes: Buffer.from(bytes) }),
        () => set(path, { bytes: torn(Buffer.from(bytes), chance) }),
      )
    },
    async link(from, to) {
      return change(() => {
        if (folderOf(to).has(nameOf(to))) return false
        set(to, get(from)!)
        return true
      })
    },
    async rename(from, to) {
      change(() => {
        set(to, get(from)!)
        folderOf(from).delete(nameOf(from))
      })
    },
    async folder(path) {
      change(() => {
        if (folderOf(path).has(nameOf(path))) return
        set(path, 'FOLDER')
        seen.set(path, new Map())
      })
    },
    async sync(folder) {
      change(() => void held.set(folder, new Map(seen.get(folder)!)))
    },
    async remove(path) {
      change(() => {
        for (const name of [...seen.keys()])
          if (name === path || name.startsWith(`${path}/`)) seen.delete(name)
        seen.get(dirname(path))?.delete(nameOf(path))
      })
    },
  }
  return {
    files,
    state,
    /** The machine is on again. */
    revive() {
      state.dead = false
      state.dieAt = Number.POSITIVE_INFINITY
    },
    /** Of each name that differs between sight and platter, either may be what is left. */
    cutPower() {
      const left = new Map<string, Folder>()
      const visit = (path: string) => {
        const now = seen.get(path) ?? new Map()
        const then = held.get(path) ?? new Map()
        const folder: Folder = new Map()
        for (const name of new Set([...now.keys(), ...then.keys()])) {
          const kept = now.get(name) === then.get(name) || chance.in(1, 2) ? then.get(name) : now.get(name)
          if (kept) folder.set(name, kept)
          if (kept === 'FOLDER') visit(`${path}/${name}`)
        }
        left.set(path, folder)
      }
      visit('/log')
      seen = left
      held = new Map([...left].map(([path, folder]) => [path, new Map(folder)]))
    },
  }
}

/** Short, or of the right length with zeros for what never came. */
function torn(bytes: Buffer, chance: Chance): Buffer {
  const length = chance.below(bytes.length)
  return chance.in(1, 2)
    ? bytes.subarray(0, length)
    : Buffer.concat([bytes.subarray(0, length), Buffer.alloc(bytes.length - length)])
}
