import { AwsV4Signer } from 'aws4fetch'
import { Fault } from '../../../schema/wire/fault.ts'

export type S3Request = { method: string; url: URL; headers: Record<string, string> }

/** A folder in a bucket of a storage that speaks S3. */
export type S3Place = {
  /** Where the bucket is. */
  bucket: URL
  /** What the names in the bucket begin with: nothing, or a path that ends in a slash. */
  prefix: string
  /** Adds what proves to the storage who asks, at this time (ms). What it knows stays in it. */
  sign(request: S3Request, now: number): Promise<Headers>
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const FOLDER = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/
const ON_THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Reads `https://HOST/BUCKET/FOLDER…`, and the credentials and region under the names that every S3 client knows.
 * Without TLS only on this machine: whoever stands between could else say that a checkpoint was taken.
 *
 * @throws Fault CONFIG, which repeats nothing of what it was given.
 */
export function s3PlaceOf(address: string, known: Record<string, string | undefined>): S3Place {
  const url = URL.parse(address)
  const [bucket = '', ...folders] = url?.pathname.replace(/\/$/, '').split('/').slice(1) ?? []
  const plain = url && !url.username && !url.password && !url.search && !url.hash
  if (!plain || !BUCKET.test(bucket) || !folders.every((folder) => FOLDER.test(folder)))
    throw new Fault('CONFIG', 'expected an address such as https://HOST/BUCKET/FOLDER, got another')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ON_THIS_MACHINE.test(url.hostname)))
    throw new Fault('CONFIG', 'expected https, or http on this machine, got another protocol')
  const secrets = {
    accessKeyId: named(known, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: named(known, 'AWS_SECRET_ACCESS_KEY'),
    ...(known.AWS_SESSION_TOKEN && { sessionToken: named(known, 'AWS_SESSION_TOKEN') }),
    region: named(known, 'AWS_REGION'),
  }
  return {
    bucket: new URL(`/${bucket}`, url.origin),
    prefix: folders.map((folder) => `${folder}/`).join(''),
    async sign({ method, url, headers }, now) {
      const datetime = new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '')
      const signer = new AwsV4Signer({ ...secrets, service: 's3', method, url: url.href, headers, datetime })
      return (await signer.sign()).headers
    },
  }
}

/** A folder of a place. */
export const within = (place: S3Place, ...folders: string[]): S3Place => ({
  ...place,
  prefix: place.prefix + folders.map((folder) => `${folder}/`).join(''),
})

/** A credential by its name. What cannot stand in a header is refused here, for an error of `fetch` would tell its value. */
function named(known: Record<string, string | undefined>, name: string): string {
  const value = known[name]
  if (!value || !/^[\x21-\x7e]+$/.test(value))
    throw new Fault('CONFIG', `${name}: expected a value of printable letters, got none or another`)
  return value
}
