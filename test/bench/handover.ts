import { readKey } from 'openpgp'
import { type HeldPage, handOver } from '../../clients/core/handover.ts'
import { makeCast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { HELD, openDesks, REWRAP } from '../server/exchange/desks.ts'
import type { Figure } from './bench.ts'
import { openStore, say } from './store.ts'

/** How many are handed over; the figure is of `WHOLE`. */
const OBJECTS = Number(process.env.PORTOLAN_BENCH_OBJECTS ?? 1_000)
const WHOLE = 10_000
/** Handed over first and not counted: the machine is warm after them. */
const WARM_UP = 100
const SENDERS = 4

/**
 * A desk of sealed messages passes to another key on a real server: every page fetched, every session key opened and wrapped
 * for the office, its custodian and its country, every packet set signed, checked and committed. Client and server are one
 * process here, so both work on one core; Neo4j has its own.
 */
export async function handoverSeconds(): Promise<Figure[]> {
  const store = await openStore('handover')
  const cast = await makeCast([
    { office: 'ne-dst', persons: { aicha: 'FOCAL_POINT', salif: 'FOCAL_POINT' } },
    { office: 'it-sco', persons: { paola: 'FOCAL_POINT' } },
  ])
  const portolan = await openPortolan(store.login, cast)
  try {
    const desks = await openDesks(portolan, cast, ['ne-dst.aicha', 'ne-dst.salif'])
    await desks.rekey('ne-dst', cast.key('office:ne-dst'), await desks.newKey('custodian:ne-dst'))
    await desks.recovery('NE', await desks.newKey('recovery:NE'))
    await fill(WARM_UP)
    await desks.rekey('ne-dst', await desks.newKey('office:ne-dst'), await desks.newKey('custodian:ne-dst'))
    await pass(portolan, cast.key('office:ne-dst').privateKey, cast.key('ne-dst.aicha').privateKey)

    const [key, custodian] = [await desks.newKey('office:ne-dst'), await desks.newKey('custodian:ne-dst')]
    await desks.rekey('ne-dst', key, custodian)
    await fill(OBJECTS)
    await desks.rekey('ne-dst', await desks.newKey('office:ne-dst'), custodian)
    const [started, before] = [performance.now(), process.cpuUsage()]
    const done = await pass(portolan, key.privateKey, cast.key('ne-dst.aicha').privateKey)
    const seconds = (performance.now() - started) / 1_000
    const { user, system } = process.cpuUsage(before)
    if (done.wrapped !== OBJECTS) throw new Error(`expected ${OBJECTS} wrapped, got ${done.wrapped}`)
    say(`${done.wrapped} objects in ${seconds.toFixed(2)} s`)
    const whole = (value: number) => (value * WHOLE) / OBJECTS
    return [
      { name: 'handover.seconds', value: whole(seconds), unit: 's' },
      // What the core worked, also where others had a share of it.
      { name: 'handover.core-seconds', value: whole((user + system) / 1_000_000), unit: 's' },
    ]

    async function fill(count: number): Promise<void> {
      let left = count
      const send = async () => {
        while (left-- > 0) await desks.send('it-sco.paola', ['ne-dst'])
      }
      await Promise.all(Array.from({ length: SENDERS }, send))
    }
  } finally {
    await portolan.close()
    await store.stop()
  }
}

async function pass(
  portolan: TestPortolan,
  openWith: Parameters<typeof handOver>[0]['signWith'],
  signWith: Parameters<typeof handOver>[0]['signWith'],
) {
  const ask = async (query: string, variables: Record<string, unknown>) => {
    const { json, text } = await portolan.ask('ne-dst.aicha', query, variables)
    if (json.errors) throw new Error(text)
    return json.data
  }
  return handOver({
    office: 'ne-dst',
    openWith: [openWith],
    signWith,
    now: Date.now,
    successors: (profile) =>
      Promise.all(
        portolan.instance.directory.encryptionKeys(['ne-dst'], profile).map(async ({ holder, key }) => ({
          holder,
          key: await readKey({ armoredKey: key }),
        })),
      ),
    page: async (after): Promise<HeldPage> =>
      (await ask(HELD, { states: ['FORMER_KEY'], first: 100, after })).sealedObjects,
    async send(input) {
      await ask(REWRAP, { input })
    },
    step() {},
  })
}
