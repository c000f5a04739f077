import { openGraph } from '../server/graph.ts'
import { openHttp } from '../server/http.ts'
import { openInstance } from '../server/instance.ts'
import { setUp } from '../server/setup.ts'
import { patient } from './patient.ts'
import type { Serving } from './served.ts'

// A whole server in a process of its own, which a test can measure and kill.

// Its parent is gone, also under kill -9: so is its work.
process.on('disconnect', () => process.exit())

process.on('message', async ({ login, genesis, home, port }: Serving) => {
  const graph = await openGraph(login)
  await setUp(graph)
  const instance = await openInstance({
    ...{ home, graph, genesis, clock: Date.now, origin: `http://127.0.0.1:${port}` },
    ...{ budget: 1_000_000, deadline: 60_000, timer: patient },
  })
  openHttp(instance).listen(port, '127.0.0.1', () => process.send!('up'))
})
