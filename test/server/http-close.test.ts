import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { closeHttp, openHttp } from '../../server/http.ts'
import { makeCast } from '../cast.ts'
import { PURPOSE } from '../instance.ts'
import { testNeo4j } from '../neo4j.ts'
import { type House, openHouse, openSigner, type Signer, send } from './house.ts'

const BODY = JSON.stringify({ query: '{ networks { totalCount } }', extensions: { purpose: PURPOSE } })

let house: House
let signer: Signer
let server: Server
let url: string

beforeAll(async () => {
  const cast = await makeCast([{ office: 'ne-dst', persons: { aicha: 'FOCAL_POINT' } }])
  house = await openHouse(await testNeo4j(), cast)
  signer = await openSigner(house, 'ne-dst.aicha')
})
afterAll(() => house?.close())
afterEach(() => {
  house.graph.before = () => {}
})

/** Another door of the same instance, and a question that has come as far as the store and waits there. */
async function waiting() {
  server = openHttp(house.instance)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let goOn = () => {}
  const reached = new Promise<void>((isReached) => {
    house.graph.before = () =>
      new Promise((resume) => {
        goOn = resume
        isReached()
      })
  })
  const { host } = new URL(house.url)
  const raw = { headers: { host, 'content-type': 'application/json' }, body: BODY }
  const answer = send(url, { ...raw, headers: signer.headers(raw) })
  answer.catch(() => {})
  expect(await Promise.race([reached, answer])).toBeUndefined()
  return { answer, goOn: () => goOn() }
}

it('answers what was asked before it closes, and takes nothing new', async () => {
  const { answer, goOn } = await waiting()
  const closing = closeHttp(server, 30_000)
  await expect(send(url, { method: 'GET', path: '/health' })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  goOn()
  await closing
  expect((await answer).body).toBe('{"data":{"networks":{"totalCount":0}}}')
})

it('cuts off what takes too long', async () => {
  const { answer, goOn } = await waiting()
  const begun = performance.now()
  await closeHttp(server, 300)
  expect(performance.now() - begun).toBeGreaterThan(250)
  expect(performance.now() - begun).toBeLessThan(5_000)
  await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' })
  goOn()
})
