import { resolve } from 'node:path'
import { say } from '../../schema/words/index.ts'
import { writeProof } from '../core/log/proof-file.ts'
import { proverOf } from '../core/log/prove.ts'
import { sourceOf } from '../core/log/source.ts'
import { writeWhole } from '../core/write-whole.ts'
import type { Command } from './command.ts'
import { newestBy, newestOf, TRUST, tellSigned, trustIn, WITHOUT_SERVER } from './log-trust.ts'
import { needed } from './needed.ts'
import { Usage } from './terminal.ts'

export const auditProve: Command = {
  name: 'audit prove',
  about: 'cli.aboutAuditProve',
  args: ['<entry>'],
  options: [
    { flags: '--log <where>', about: 'cli.optLog' },
    { flags: '--out <file>', about: 'cli.optProofFile' },
    ...TRUST,
  ],
  without: WITHOUT_SERVER,
  examples: [
    {
      line: 'audit prove 73894 --log copy/2026h2 --key sahel.keys --out entry.tlog-proof',
      about: 'cli.tryAuditProve',
    },
  ],
  async run(shell, [entry], options) {
    const { language, terminal } = shell
    if (!/^(0|[1-9]\d{0,14})$/.test(entry!)) throw new Usage(say(language, 'cli.badEntry'))
    const index = Number(entry)
    const [where, out] = [needed(shell, options, 'log'), needed(shell, options, 'out')]
    const policy = await trustIn(shell, options)
    const source = sourceOf(where, terminal.cwd)
    const newest = await newestOf(source, policy)
    const { checkpoint } = newest
    const { entry: octets, path } = await proverOf(source, checkpoint).inclusion(index)
    const file = resolve(terminal.cwd, out)
    await writeWhole(file, writeProof({ index, path, checkpoint: checkpoint.bytes, extra: octets }))
    const signed = newestBy(policy, newest)
    shell.show({ index, file, ...signed }, () => {
      shell.line(say(language, 'cli.proofWritten', { index, origin: checkpoint.origin, file }))
      tellSigned(shell, signed)
    })
  },
}
