import type { World } from '../faults/world.ts'
import type { Evaluators } from './evaluators.ts'
import { contentOf, filesIn } from './files.ts'
import { memoryOf } from './memory.ts'
import { type Sought, searchAll } from './search.ts'

export type Wanted = { canaries: readonly Sought[]; controls: readonly string[] }

export type Looked = {
  /** Where a canary is, and in which form. */
  canaries: Set<string>
  /** The places at which each control is. */
  controls: Set<string>[]
}

type Place = { name: string; octets: Buffer; detail?: string }

/** Looks through all that the platform and the evaluators hold while they run, and all that went between any of them. */
export async function lookThrough(world: World, evaluators: Evaluators, wanted: Wanted): Promise<Looked> {
  const looked: Looked = { canaries: new Set(), controls: wanted.controls.map(() => new Set<string>()) }
  const sought = [...wanted.canaries, ...wanted.controls]
  const searched = new Map<string, number>()
  for await (const { name, octets, detail = '' } of placesOf(world, evaluators)) {
    searched.set(name, (searched.get(name) ?? 0) + octets.length)
    for (const { sought: one, form } of searchAll(octets, sought)) {
      const control = wanted.controls.indexOf(one as string)
      if (control >= 0) looked.controls[control]!.add(name)
      else looked.canaries.add(`${name} ${detail}: ${form}`)
    }
  }
  const sizes = [...searched].map(([name, size]) => `${name} ${(size / 1e6).toFixed(1)}`)
  console.info(`searched, in MB: ${sizes.join(', ')}`)
  return looked
}

/** The memory of the platform comes last: it goes on after that, where it was stopped before. */
async function* placesOf(world: World, evaluators: Evaluators): AsyncGenerator<Place> {
  yield { name: 'wire of the platform', octets: world.http.captured() }
  yield { name: 'wire of neo4j', octets: world.bolt.captured() }
  yield { name: 'print of the platform', octets: Buffer.from(world.printed()) }
  yield* filesBelow('home of the platform', world.home)
  yield* filesBelow('files of neo4j', world.neo4jHome)
  for (const folder of evaluators.folders) yield* filesBelow('files of evaluators', folder)
  for (const { country, pid, folder, wire, printed } of evaluators.up) {
    yield { name: `wire of ${country}`, octets: wire.captured() }
    yield { name: `print of ${country}`, octets: Buffer.from(printed()) }
    yield* filesBelow(`home of ${country}`, folder)
    yield* memoryIn(`memory of ${country}`, pid)
  }
  yield* memoryIn('memory of the platform', world.server().pid!)
}

async function* filesBelow(name: string, folder: string): AsyncGenerator<Place> {
  for (const path of await filesIn(folder)) yield { name, octets: await contentOf(path), detail: path }
}

async function* memoryIn(name: string, pid: number): AsyncGenerator<Place> {
  for await (const { name: detail, octets } of memoryOf(pid)) yield { name, octets, detail }
}
