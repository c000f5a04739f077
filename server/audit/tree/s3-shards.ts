import { reason, unavailable } from '../sequencer.ts'
import { openS3, s3Objects } from './s3-objects.ts'
import { type S3Place, within } from './s3-place.ts'
import { NoAnswer, type S3Options, S3Requests, unexpected } from './s3-requests.ts'
import type { LogStorage } from './shards.ts'

/**
 * The logs of an instance in a bucket, a folder for each and in it one for each of its shards. No lock keeps a second
 * server out: whose checkpoint was replaced by another one's is fenced off by its next swap.
 *
 * @throws Fault CONFIG where the storage passes over a condition; AUDIT_UNAVAILABLE where it does not answer.
 */
export async function s3Storage(place: S3Place, options: S3Options): Promise<LogStorage> {
  // Once for all that lies there: it costs ten requests, and what fails is opened afresh each second.
  const proven = await openS3(place, options).catch(asFault)
  await proven.close()
  return (log) => ({
    names: () => foldersIn(within(place, log), options),
    open: async (shard) => s3Objects(within(place, log, shard), options),
    read: (shard, name) => s3Objects(within(place, log, shard), options).read(name),
  })
}

/** Two in a year, of the thousand that a list has room for. */
async function foldersIn({ prefix, ...place }: S3Place, options: S3Options): Promise<string[]> {
  const asked = { method: 'GET', query: { delimiter: '/', 'list-type': '2', prefix } } as const
  const answer = await new S3Requests({ ...place, prefix }, options).persist(asked)
  if (answer.status !== 200) throw unexpected(asked, answer)
  const text = answer.body.toString('utf8')
  if (!/<IsTruncated>false<\/IsTruncated>/.test(text)) throw new NoAnswer('GET', 'EMSGSIZE', false)
  const folders = text.matchAll(/<CommonPrefixes>\s*<Prefix>([\w./-]+)\/<\/Prefix>\s*<\/CommonPrefixes>/g)
  return Array.from(folders, ([, folder]) => folder!)
    .filter((folder) => folder.startsWith(prefix))
    .map((folder) => folder.slice(prefix.length))
}

function asFault(error: unknown): never {
  if (error instanceof NoAnswer)
    throw unavailable(`expected the log's storage to answer, got ${reason(error)}`)
  throw error
}
