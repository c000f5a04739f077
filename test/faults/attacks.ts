import type { Chance } from '../laws/chance.ts'
import type { Desks } from './desks.ts'
import type { PublishedLog } from './published-log.ts'
import type { World } from './world.ts'

// What is done to a server while officers ask it: each attack ends with a server that answers again.

/** Kills at the first, second, … change that is made while a checkpoint is published; and kills at any moment. */
export const IN_ROUND = 20
const ANY_TIME = 2
/** Answers between two attacks, at most. */
const BETWEEN = 1_000
/** Of so many pieces of answers, one never arrives and ends its connection. */
const CUT = 150

export type Attacks = {
  /** All of them, again and again until so many questions are answered. Ends with nobody asking, and a dead server. */
  until(answers: number): Promise<void>
  /** How many kills fell into the midst of publishing. */
  torn(): number
}

type Attack = () => Promise<void>

export function openAttacks(
  { world, desks, log }: { world: World; desks: Desks; log: PublishedLog },
  chance: Chance,
): Attacks {
  let torn = 0

  /** Kills the server, sees what it leaves, starts it again, and sees what it serves. */
  async function kill(): Promise<void> {
    desks.during('KILLED')
    desks.pause()
    await world.kill()
    if (await log.seeDisk()) torn += 1
    await world.start()
    await log.seeServed()
    desks.during('SLOW')
    desks.goOn()
  }

  async function killAtChange(nth: number): Promise<void> {
    let changes = 0
    const reached = Promise.withResolvers<void>()
    const watching = await log.watch(() => {
      changes += 1
      if (changes === nth) reached.resolve()
    })
    const killing = reached.promise.then(kill).finally(() => watching.close())
    await Promise.race([killing, desks.over])
  }

  async function fillDisk(): Promise<void> {
    const empty = await world.fill(world.home, 0, 'audit')
    desks.during('FULL')
    await desks.more(8, 'LOST')
    await empty()
    await desks.more(8)
    desks.during('SLOW')
  }

  async function takeStoreAway(): Promise<void> {
    const before = desks.faults('NEO4J_UNAVAILABLE')
    world.bolt.cut()
    while (desks.faults('NEO4J_UNAVAILABLE') < before + 8) await desks.more(1)
    world.bolt.mend()
  }

  const all = (): Attack[] => [
    ...Array.from({ length: IN_ROUND }, (_, nth) => () => killAtChange(nth + 1)),
    ...Array.from({ length: ANY_TIME }, () => kill),
    ...[fillDisk, takeStoreAway],
  ]

  return {
    async until(answers) {
      world.http.onSegment = (direction) => {
        const isCut = direction === 'down' && chance.in(1, CUT)
        if (isCut) desks.cut()
        return isCut
      }
      let isWhole = false
      do {
        for (const attack of shuffled(all(), chance)) {
          if (isWhole && desks.answered() >= answers) break
          await attack()
          await desks.more(chance.below(Math.min(BETWEEN, answers / IN_ROUND)))
        }
        isWhole = true
      } while (desks.answered() < answers)
      world.http.onSegment = null
      await desks.stop()
      await world.kill()
      await log.seeDisk()
    },
    torn: () => torn,
  }
}

function shuffled<T>(list: readonly T[], { below }: Chance): T[] {
  const left = [...list]
  return list.map(() => left.splice(below(left.length), 1)[0]!)
}
