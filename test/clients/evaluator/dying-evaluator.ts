import { openBudget } from '../../../clients/evaluator/budget.ts'
import { watchDirectory } from '../../../clients/evaluator/directory.ts'
import { evaluatorOf } from '../../../clients/evaluator/evaluator.ts'
import { listenEvaluator } from '../../../clients/evaluator/listen.ts'
import { tagKeyIn } from '../../../clients/evaluator/open.ts'
import { openShares } from '../../../clients/evaluator/shares.ts'
import { openVault } from '../../../clients/evaluator/vault.ts'
import { CHEAP, PASSPHRASE } from './evaluators.ts'

// An evaluator as a process of its own that says its address, and dies by kill -9 between counting and answering.

const { folder, clientHome, genesis, platform, dies } = JSON.parse(process.argv[2]!)
const vault = await openVault(folder, PASSPHRASE, CHEAP)
const complain = (error: unknown) => process.stderr.write(`${(error as Error).message}\n`)
const clock = Date.now
const budget = await openBudget(folder, clock)

const evaluator = evaluatorOf({
  platform,
  directory: await watchDirectory({ folder: clientHome, state: folder, genesis, clock, complain }),
  shares: await openShares(folder, vault, platform.instance),
  budget: {
    ...budget,
    async charge(order, act) {
      const answer = await budget.charge(order, act)
      if (dies) {
        process.kill(process.pid, 'SIGKILL')
        await new Promise(() => {})
      }
      return answer
    },
  },
  tagKey: await tagKeyIn(vault),
  clock,
})
const { url } = await listenEvaluator(evaluator, { port: 0, complain })
process.stdout.write(`${url}\n`)
