// A process that counts consultations in a folder, some at a time, until it is killed: it tells each one that it begins, and
// each one that is durable.
//   node counting.ts FOLDER
import { writeSync } from 'node:fs'
import { openConsultations } from '../../server/consultations.ts'

const counts = await openConsultations({ dir: process.argv[2]!, clock: () => Date.UTC(2026, 9, 20) })
// At once: what a pipe's buffer holds back dies with the process.
const tell = (text: string) => void writeSync(1, text)

async function officer(): Promise<never> {
  for (;;) {
    tell('b')
    await counts.count('it-sco', ['ne-dst'])
    tell('d')
  }
}
await Promise.all(Array.from({ length: 7 }, officer))
