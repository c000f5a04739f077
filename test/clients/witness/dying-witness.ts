import { readFileSync } from 'node:fs'
import { cosignerOf } from '../../../clients/core/log/cosign.ts'
import { parseVerifierKey } from '../../../clients/core/log/note.ts'
import { openKept } from '../../../clients/witness/kept.ts'
import { listenWitness } from '../../../clients/witness/listen.ts'
import { witnessOf } from '../../../clients/witness/witness.ts'

// A witness as a process of its own that says its address, and dies by kill -9 where it is told to.

const [folder, pem, vkey, dies] = process.argv.slice(2) as [string, string, string, string]
const kept = await openKept(folder)

async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

const witness = witnessOf({
  cosigner: cosignerOf('witness.example/ml', readFileSync(pem)),
  logs: [parseVerifierKey(vkey)],
  kept: {
    ...kept,
    async persist(origin, next) {
      if (dies === 'before') await die()
      const isLast = await kept.persist(origin, next)
      if (dies === 'after') await die()
      return isLast
    },
  },
  clock: Date.now,
})
const { url } = await listenWitness(witness, { port: 0 })
process.stdout.write(`${url}\n`)
