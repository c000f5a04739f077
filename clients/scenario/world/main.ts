import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ofClaims, streamWorld } from './world.ts'

/**
 * Writes a world: `REPORTS` takes one report a line (JSON), `TRUTH` what was planted. `--claims 1000000` for a size,
 * or any parameter of the generator as JSON: `--with '{"networks":40}'`.
 */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    claims: { type: 'string' },
    with: { type: 'string', default: '{}' },
  },
  allowPositionals: true,
})
const [reports, truth] = positionals

try {
  if (!reports || !truth) throw new Error('expected: [--seed N] [--claims N] [--with JSON] REPORTS TRUTH')
  const seed = Number(values.seed)
  const sized = values.claims === undefined ? { seed } : ofClaims(Number(values.claims), seed)
  await write({ ...sized, ...JSON.parse(values.with) }, reports, truth)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}

async function write(changes: Parameters<typeof streamWorld>[0], to: string, beside: string): Promise<void> {
  const { reports: stream, ...rest } = streamWorld(changes)
  await writeFile(beside, `${JSON.stringify(rest, null, 2)}\n`)
  const file = createWriteStream(to)
  for (const report of stream) if (!file.write(`${JSON.stringify(report)}\n`)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
}
