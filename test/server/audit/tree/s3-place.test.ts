import { describe, expect, it } from 'vitest'
import { s3PlaceOf } from '../../../../server/audit/tree/s3-place.ts'
import { expectNoSecret } from './no-secret.ts'
import { S3_ENV } from './s3-server.ts'

const ADDRESS = 'https://s3.example.org/bucket'

describe('credentials', () => {
  const env = { ...S3_ENV, AWS_SESSION_TOKEN: 'TOKENTOKENTOKENTOKEN' }

  it('are not shown with the place that they are for', () => {
    expectNoSecret(s3PlaceOf(ADDRESS, env))
  })

  it('are refused where they cannot be sent, by the name of the variable', () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'])
      for (const value of ['TOKEN\nTOKEN', 'TOKEN TOKEN', 'TÖKEN']) {
        const message = `${name}: expected a value of printable letters, got none or another`
        expect(() => s3PlaceOf(ADDRESS, { ...env, [name]: value })).toThrow(message)
      }
    expect(() => s3PlaceOf(ADDRESS, {})).toThrow('AWS_ACCESS_KEY_ID: expected')
  })
})

describe('the address of a place', () => {
  it.each([
    ['https://s3.example.org/bucket', '/bucket', ''],
    ['https://s3.example.org/bucket/', '/bucket', ''],
    ['https://s3.example.org:9000/bucket/audit/2026h2', '/bucket', 'audit/2026h2/'],
    ['http://[::1]:9000/bucket', '/bucket', ''],
  ])('may be %s', (address, pathname, prefix) => {
    const place = s3PlaceOf(address, S3_ENV)
    expect(place.bucket.pathname).toBe(pathname)
    expect(place.prefix).toBe(prefix)
  })

  it.each([
    'http://s3.example.org/bucket',
    'http://localhost.example.org/bucket',
    'ftp://127.0.0.1/bucket',
    'https://s3.example.org',
    'https://s3.example.org/Bucket',
    'https://s3.example.org/bucket//a',
    'https://s3.example.org/bucket/.hidden',
    'https://s3.example.org/bucket/a%2f..%2fb',
    'https://s3.example.org/bucket?a',
    'https://s3.example.org/bucket#a',
    'https://key:secret@s3.example.org/bucket',
    'bucket',
  ])('may not be %s, and is not repeated', (address) => {
    let message = ''
    try {
      s3PlaceOf(address, S3_ENV)
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG' })
      ;({ message } = error as Error)
    }
    expect(message).toMatch(/^expected /)
    expect(message).not.toContain('s3.example.org')
    expect(message).not.toContain('secret')
  })
})
