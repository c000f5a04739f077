/**
 * A process that records as fast as it can and tells on its standard output each index that was acknowledged, until
 * somebody kills it. Arguments: directory of the log, file with the auditor's public key.
 */
import { readFileSync, writeSync } from 'node:fs'
import { decodeLeaf } from '../../../schema/wire/audit-leaf.ts'
import { openAudit } from '../../../server/audit/log.ts'
import { aicha, answer, question } from './fixture.ts'

const [dir, keyFile] = process.argv.slice(2)
const armored = readFileSync(keyFile!, 'utf8')
const audit = await openAudit({
  store: dir!,
  clock: Date.now,
  auditorsOf: () => [armored],
  segmentLeaves: 256,
})

async function talk(): Promise<never> {
  for (;;) {
    const open = await audit.asked(question(aicha, Date.now()))
    writeSync(1, `${open.index}\n`)
    const receipt = await audit.answered(open, answer)
    writeSync(1, `${decodeLeaf(receipt.answered)!.index}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, talk))
