import { parseArgs } from 'node:util'
import { attachmentVsGpg } from './attachment.ts'
import { auditAdded } from './audit-added.ts'
import { auditAppend } from './audit-append.ts'
import { auditMemory } from './audit-tree.ts'
import { type Bench, type Figure, openBench } from './bench.ts'
import { betweennessVsIgraph } from './betweenness.ts'
import { displacement } from './displacement.ts'
import { earliestArrivalSeconds } from './earliest-arrival.ts'
import { gateMessages } from './gate.ts'
import { growthWorst, neighbourhoodGrowth } from './growth.ts'
import { handoverSeconds } from './handover.ts'
import { matchSeconds } from './match.ts'
import { evaluatorPerSecond, tokenSeconds } from './match-crypto.ts'
import { neighbourhoodVsDriver } from './neighbourhood.ts'
import { neighbourhoodVsPeer, networkVsPeer, worksWithVsPeer } from './peer.ts'
import { projectionSeconds } from './projection.ts'
import { reportVsUnwind } from './report.ts'
import { resurgence } from './resurgence.ts'
import { sealVsOpenpgp } from './seal.ts'
import { startSecond } from './start.ts'
import { say } from './store.ts'
import { verifyLeaves } from './verify-leaves.ts'

/** In the order in which they run: what writes to the store comes last. */
const FIGURES: Record<string, (bench: Bench) => Promise<Figure[]>> = {
  'start.second': startSecond,
  'audit.append-per-second': auditAppend,
  'audit.memory-mib': auditMemory,
  'audit.verify-leaves-per-second': verifyLeaves,
  'attachment.vs-gpg': attachmentVsGpg,
  'gate.messages-per-second': gateMessages,
  'seal.vs-openpgp': sealVsOpenpgp,
  'handover.seconds': handoverSeconds,
  'match.seconds-per-1000': matchSeconds,
  'evaluator.per-second': evaluatorPerSecond,
  'token.seconds-per-10000-cards': tokenSeconds,
  'audit.added-p50-ms': auditAdded,
  'resurgence.recall-at-3': resurgence,
  'displacement.recall': displacement,
  'earliest-arrival.seconds': earliestArrivalSeconds,
  'projection.seconds': projectionSeconds,
  'betweenness.vs-igraph': betweennessVsIgraph,
  'neighbourhood.vs-driver': neighbourhoodVsDriver,
  'neighbourhood.vs-neo4j-graphql': neighbourhoodVsPeer,
  'network.vs-neo4j-graphql': networkVsPeer,
  'worksWith.vs-neo4j-graphql': worksWithVsPeer,
  'neighbourhood.growth': neighbourhoodGrowth,
  'growth.worst': growthWorst,
  'report.vs-unwind': reportVsUnwind,
}

/** Prints one line a figure, `name value unit`, and nothing else; progress goes to standard error. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  // Several share the stores that they measure on.
  const only = values.only?.split(',')
  if (only?.some((name) => !(name in FIGURES))) {
    say(`expected --only with some of ${Object.keys(FIGURES).join(',')}, got ${values.only}`)
    process.exitCode = 2
    return
  }
  const bench = openBench()
  try {
    for (const [name, figure] of Object.entries(FIGURES)) {
      if (only && !only.includes(name)) continue
      say(`— ${name}`)
      for (const { name: line, value, unit } of await figure(bench))
        process.stdout.write(`${line} ${shown(value)} ${unit}\n`)
    }
  } finally {
    await bench.close()
  }
}

const shown = (value: number) => (value >= 100 ? Math.round(value) : value.toFixed(2))

await main()
