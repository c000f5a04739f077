import { inspect } from 'node:util'
import { expect } from 'vitest'
import { S3_ENV } from './s3-server.ts'

/** Neither what signs nor a signature can be seen in it, whoever looks at it in whatever way. */
export function expectNoSecret(value: unknown): void {
  const shown = inspect(value, { depth: 10, showHidden: true }) + JSON.stringify(value) + String(value)
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = S3_ENV
  for (const secret of [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, 'TOKENTOKENTOKENTOKEN', 'Signature='])
    expect(shown).not.toContain(secret)
}
