import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readS3Keys } from '../../../../server/audit/tree/s3-keys.ts'
import { s3PlaceOf } from '../../../../server/audit/tree/s3-place.ts'
import { newHome } from '../home.ts'
import { S3_ENV } from './s3-server.ts'

const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = S3_ENV

function read(...lines: string[]) {
  const file = join(newHome(), 'keys')
  writeFileSync(file, lines.join('\n'))
  return readS3Keys(file)
}

describe('a file of credentials', () => {
  it('is such as every S3 client has, whatever else stands in it', async () => {
    const lines = [
      '# of the log',
      '[default]',
      `aws_access_key_id = ${id}`,
      `  aws_secret_access_key=${secret}  `,
    ]
    expect(await read(...lines, 'region = nowhere', '')).toEqual({
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
    })
  })

  it('is refused with two profiles, without a credential, and where there is none, without a word of what is in it', async () => {
    const one = [`aws_access_key_id = ${id}`, `aws_secret_access_key = ${secret}`]
    const code = 'CONFIG'
    await expect(read(...one, '[other]', ...one)).rejects.toMatchObject({
      code,
      message: 'PORTOLAN_LOG_S3_KEYS: expected the keys of one profile, got more',
    })
    await expect(readS3Keys(join(newHome(), 'none'))).rejects.toMatchObject({
      code,
      message: 'PORTOLAN_LOG_S3_KEYS: expected a readable file, got ENOENT',
    })
    const known = { ...(await read(one[0]!, `secret: ${secret}`)), AWS_REGION: 'eu-west-3' }
    expect(() => s3PlaceOf('https://s3.example.org/bucket', known)).toThrow(
      'AWS_SECRET_ACCESS_KEY: expected a value of printable letters, got none or another',
    )
  })
})
