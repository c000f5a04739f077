import { readFile } from 'node:fs/promises'
import { Fault } from '../../../schema/wire/fault.ts'

const NAMES = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token']
const LINE = /^\s*(\w+)\s*=\s*(.*?)\s*$/

/**
 * Reads the credentials for a storage that speaks S3 out of a file such as every S3 client has: `aws_access_key_id = …`,
 * `aws_secret_access_key = …`, and `aws_session_token = …` where there is one. A file may be given to one program alone;
 * an environment is inherited by all that it starts.
 *
 * @throws Fault CONFIG, which repeats nothing of what it has read.
 */
export async function readS3Keys(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Fault('CONFIG', `PORTOLAN_LOG_S3_KEYS: expected a readable file, got ${error.code ?? 'none'}`)
  })
  const found = text.split('\n').flatMap((line) => {
    const [, name = '', value = ''] = LINE.exec(line) ?? []
    return NAMES.includes(name) ? [[name.toUpperCase(), value]] : []
  })
  if (new Set(found.map(([name]) => name)).size < found.length)
    throw new Fault('CONFIG', 'PORTOLAN_LOG_S3_KEYS: expected the keys of one profile, got more')
  return Object.fromEntries(found)
}
