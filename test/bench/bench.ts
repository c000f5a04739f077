import { type LoadClient, openLoadClient } from './load-client.ts'
import { loadWorld } from './load-world.ts'
import { type Found, type Running, runPortolan, thingsSeen } from './portolan.ts'
import { openStore, type Store, say } from './store.ts'
import { makeWorld, SMALL_WORLD, WORLD, type World } from './world.ts'

/** One line of the result. */
export type Figure = { name: string; value: number; unit: string }

export type Ground = { store: Store; world: World; running: Running; actors: Found[] }

/** What figures share within one run, made when the first one asks for it. */
export type Bench = {
  client: LoadClient
  big(): Promise<Ground>
  small(): Promise<Ground>
  close(): Promise<void>
}

const ACTORS = 500

export function openBench(): Bench {
  const client = openLoadClient()
  const grounds = new Map<string, Promise<Ground>>()
  const once = (name: string, make: () => Promise<Ground>) => {
    const known = grounds.get(name) ?? make()
    grounds.set(name, known)
    return known
  }
  return {
    client,
    big: () => once('big', () => openGround('big', makeWorld(WORLD))),
    small: () => once('small', () => openGround('small', makeWorld(SMALL_WORLD))),
    async close() {
      client.close()
      for (const ground of grounds.values()) {
        const { running, store } = await ground
        await running.close()
        await store.stop()
      }
    },
  }
}

async function openGround(name: string, world: World): Promise<Ground> {
  const store = await openStore(name)
  const started = performance.now()
  await loadWorld(store.graph, world, say)
  say(`loaded the ${name} world in ${Math.round((performance.now() - started) / 1_000)} s`)
  return groundOn(store, world)
}

/** A ground on a store that holds the world already. */
export async function groundOn(store: Store, world: World): Promise<Ground> {
  const running = await runPortolan(store)
  const actors = await thingsSeen(running, world, 'ACTOR', ACTORS)
  const middle = (of: 'nodes' | 'claims') =>
    actors.map((found) => found[of]).sort((a, b) => a - b)[actors.length >> 1]
  say(
    `${actors.length} actors, median ${middle('nodes')} nodes and ${middle('claims')} claims; ${running.scope.compartments.length} of ${running.scope.mask.length} compartments seen`,
  )
  return { store, world, running, actors }
}
