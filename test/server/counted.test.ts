import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordsAt } from '../audit-leaves.ts'
import { makeCast } from '../cast.ts'
import { openPortolan, type TestPortolan } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'

// An answer waits for its record and for its count, and the disk makes both durable at the same time.

let portolan: TestPortolan
let counted: { go: () => void; fail: (error: Error) => void }
beforeAll(async () => {
  const cast = await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }])
  portolan = await openPortolan(await testNeo4j(), cast)
  await portolan.session('ne-dst.aicha')
  portolan.instance.consultations.count = () =>
    new Promise<void>((go, fail) => {
      counted = { go, fail }
    })
})
afterAll(() => portolan?.close())

const answers = async () => (await recordsAt(portolan.home)).filter(({ kind }) => kind === 'ANSWERED').length

/** A question whose answer is on record, and whose count is not durable yet. */
async function asked() {
  const before = await answers()
  let isHere = false
  const reply = portolan.ask('ne-dst.aicha', '{ networks { totalCount } }')
  const settled = reply.finally(() => {
    isHere = true
  })
  settled.catch(() => {})
  await expect.poll(answers, { timeout: 30_000 }).toBe(before + 1)
  expect(isHere).toBe(false)
  return { reply }
}

it('is on record while its count is still on its way to the disk, and leaves when both are there', async () => {
  const { reply } = await asked()
  counted.go()
  expect((await reply).status).toBe(200)
})

it('does not leave where it could not be counted, though it is on record', async () => {
  const { reply } = await asked()
  counted.fail(new Error('EIO'))
  await expect(reply).rejects.toMatchObject({ code: 'UNREACHABLE' })
})
