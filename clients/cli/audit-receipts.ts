import { resolve } from 'node:path'
import { say } from '../../schema/words/index.ts'
import { writeWhole } from '../core/write-whole.ts'
import { type KeptReceipt, openerOf, readReceipts } from '../gateway/kept-receipts.ts'
import type { ReceiptSecret } from '../gateway/receipts.ts'
import { receiptFolders, spanIn, within } from './audit-reconcile.ts'
import { type Command, text } from './command.ts'
import { Usage } from './terminal.ts'

export const auditReceipts: Command = {
  name: 'audit receipts',
  about: 'cli.aboutAuditReceipts',
  options: [
    { flags: '--out <file>', about: 'cli.optReceiptsFile' },
    { flags: '--receipts <folder>', about: 'cli.optReceipts', many: true },
    { flags: '--from <time>', about: 'cli.optAuditFrom' },
    { flags: '--to <time>', about: 'cli.optAuditTo' },
  ],
  without: ['office', 'purpose', 'justification', 'case', 'legalBasis', 'server'],
  examples: [
    {
      line: 'audit receipts --as ne-dst.aicha --from 2016-08-01 --to 2016-08-31 --out receipts.jsonl',
      about: 'cli.tryAuditReceipts',
    },
  ],
  async run(shell, _, options) {
    const { language } = shell
    const out = text(options, 'out')
    if (out === undefined) throw new Usage(say(language, 'cli.missingOption', { option: '--out' }))
    const span = spanIn(shell, options)
    const person = await shell.person()
    const { receipts, keys } = await readReceipts(await receiptFolders(shell, options))
    const own = receipts.filter((one) => one.person === person && within(span, one.at))
    const summaries = await (await shell.keys()).listKeys()
    const fingerprints = summaries.filter(({ name }) => name === person).map((one) => one.fingerprint)
    const open = openerOf({ keys }, await shell.keysNamed(person, fingerprints))
    const opened: string[] = []
    for (const receipt of own) {
      const secret = await open(receipt)
      if (secret) opened.push(`${JSON.stringify(shown(receipt, secret))}\n`)
    }
    const file = resolve(shell.terminal.cwd, out)
    await writeWhole(file, opened.join(''))
    const [count, unopened] = [opened.length, own.length - opened.length]
    if (unopened > 0) shell.note(say(language, 'cli.receiptsUnopened', { count: unopened }))
    shell.show({ file, receipts: count, unopened }, () =>
      shell.line(say(language, 'cli.receiptsWritten', { count, file })),
    )
  },
}

/** A receipt as the server sent it, and the hashes of what it is for. */
const shown = ({ line, asked, answered }: KeptReceipt, { salts, ...of }: ReceiptSecret) => ({
  at: line.at,
  person: line.person,
  office: line.office,
  asked: asked.leaf.index,
  answered: answered.leaf.index,
  receipt: `${line.receipt}, ${salts}`,
  ...of,
})
