import { spawn } from 'node:child_process'
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openLineLog, replaceLines } from '../../server/line-log.ts'
import { tempFolder } from './directory/world.ts'

const MODULE = fileURLToPath(new URL('../../server/line-log.ts', import.meta.url))

/** Appends numbers until it is killed, and says each one only after it was acknowledged. */
const WRITER = `
  const { openLineLog } = await import(process.argv[1])
  const log = await openLineLog(process.argv[2])
  for (let n = log.lines.length; ; n += 1) {
    await log.append({ n, padding: 'x'.repeat(2000) })
    process.stdout.write(n + '\\n')
  }`

async function writeUntilKilled(file: string, after: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, MODULE, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
    if (said.split('\n').length > after) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  return Number(said.split('\n').at(-2))
}

describe('a line log', () => {
  it('has every line that was acknowledged before kill -9, three times over', async () => {
    const file = `${tempFolder()}/log`
    for (const after of [5, 17, 40]) {
      const acknowledged = await writeUntilKilled(file, after)
      const log = await openLineLog(file)
      expect(log.lines.length).toBeGreaterThan(acknowledged)
      for (const [n, line] of log.lines.entries()) expect(JSON.parse(line).n).toBe(n)
      await log.close()
    }
  })

  it.each(['{"n":1', '\u0000\u0000\u0000', '{"é'])('cuts off what a torn write left: %j', async (torn) => {
    const file = `${tempFolder()}/log`
    await writeFile(file, '{"n":0}\n')
    await appendFile(file, torn)
    const log = await openLineLog(file)
    await Promise.all([log.append({ n: 1 }), log.append({ n: 2 })])
    await log.close()
    expect(await readFile(file, 'utf8')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n')
  })

  it('is readable by its owner alone, and is replaced whole', async () => {
    const folder = tempFolder()
    const log = await openLineLog(`${folder}/log`)
    await log.append({ n: 0 })
    await log.close()
    await replaceLines(`${folder}/log`, [{ n: 7 }])
    expect(await readFile(`${folder}/log`, 'utf8')).toBe('{"n":7}\n')
    expect((await stat(`${folder}/log`)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['log'])
  })
})
