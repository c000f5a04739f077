import { type BehindRow, cardBehind } from '../../cypher/card/card.ts'
import { canonical, sha256 } from '../../schema/wire/canonical.ts'
import type { Clock } from '../clock.ts'
import type { Compartments } from '../compartments.ts'
import type { Directory } from '../directory.ts'
import type { Graph } from '../graph.ts'
import type { Exchange } from './desk.ts'
import type { Events, NewEvent } from './events.ts'
import { difference } from './reseal.ts'
import { keysNow, profileOf } from './resealing.ts'

export type ResealWatch = {
  /** The release of a card or a chain of reports has changed: at the next tick, when its client had time to seal it anew, it is compared. */
  changed(id: string): void
  /** Tells offices of what they are to seal again: of what changed, and of everything after each change of the directory. */
  tick(): Promise<void>
}

type Parts = {
  graph: Graph
  compartments: Compartments
  directory: Directory
  exchange: Exchange
  events: Events
  clock: Clock
}

const PAGE = 1_000
const DAY = 24 * 3_600_000

/**
 * Watches what makes a thing be sealed again. Nothing of it is stored: a start compares everything, and so finds what a crash
 * left untold. The same task told again is no second event.
 */
export function openResealWatch(parts: Parts): ResealWatch {
  const { graph, directory, events, clock } = parts
  const changed = new Set<string>()
  /** The directory by which everything was compared last; its periods begin and end with days. */
  let compared = ''

  async function tell(rows: BehindRow[]): Promise<void> {
    const now = await keysNow(parts, rows)
    for (const row of rows) {
      const event = taskOf(row, await now(row), parts)
      if (event) await events.publish(event)
    }
  }

  async function compareAll(): Promise<void> {
    for (let after = ''; ; ) {
      const rows = await graph.read(cardBehind, { id: '', after, first: PAGE }, 60_000)
      await tell(rows)
      if (rows.length < PAGE) return
      after = rows.at(-1)!.id
    }
  }

  async function compare(): Promise<void> {
    const today = `${directory.head().hash} ${Math.floor(clock() / DAY)}`
    if (today !== compared) {
      await compareAll()
      compared = today
    }
    for (const id of changed) {
      changed.delete(id)
      await graph
        .read(cardBehind, { id, after: '', first: PAGE }, 30_000)
        .then(tell)
        .catch((error) => {
          changed.add(id)
          throw error
        })
    }
  }

  let last: Promise<void> = Promise.resolve()
  return {
    changed: (id) => void changed.add(id),
    tick() {
      last = last.then(compare).catch((error) => {
        process.stderr.write(`re-seal tasks cannot be told: ${(error as Error).name}; trying again\n`)
      })
      return last
    },
  }
}

/** Of the originator's office alone; and whom its release leaves out in that office hears of it as little as of the thing. */
function taskOf(row: BehindRow, keys: string[], { compartments, directory }: Parts): NewEvent | null {
  const { id, office, object } = row
  const reach = compartments.reachOf(row.compartment)
  const { causes, missing, lost } = difference({ keys, profile: profileOf(row), reach, office }, directory)
  if (causes.length === 0) return null
  const step = sha256(canonical([object, causes, missing, lost])).toString('hex')
  return { kind: 'RESEAL_TASK', offices: [office], except: reach.except, id, step }
}
