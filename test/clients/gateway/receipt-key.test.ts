import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Home, openHome } from '../../../clients/gateway/home.ts'
import { pinReceiptKey } from '../../../clients/gateway/receipt-key.ts'

let folder: string
let home: Home
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-home-'))
  home = await openHome(folder, folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const drawn = () => randomBytes(32).toString('base64url')

it('keeps the key of receipts from the first login on, and takes no other', async () => {
  const first = drawn()
  const key = await pinReceiptKey(home, first)
  expect(key.export({ format: 'jwk' }).x).toBe(first)
  await pinReceiptKey(home, first)
  await expect(pinReceiptKey(home, drawn())).rejects.toMatchObject({ code: 'RECEIPT_MISMATCH' })
  expect((await readFile(home.path('receipt-key'), 'utf8')).trim()).toBe(first)
})
