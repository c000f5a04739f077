import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openUnderWay } from '../../../server/exchange/under-way.ts'

function counted() {
  const read: string[] = []
  return {
    read,
    underWay: openUnderWay(async (object) => {
      read.push(object)
      return { object }
    }),
  }
}

/** Work that ends when it is told. */
function held() {
  let end = { done: () => {}, failed: (_: Error) => {} }
  const work = new Promise<void>((done, failed) => {
    end = { done, failed }
  })
  return { ...end, work: () => work }
}

it('reads once what is used again and again, also at the same moment, and forgets what was used long ago', async () => {
  const { read, underWay } = counted()
  const use = (object: string) => underWay.use(object, async (known) => known.object)
  expect(await Promise.all([use('a'), use('a'), use('a')])).toEqual(['a', 'a', 'a'])
  expect(read).toEqual(['a'])
  for (let nth = 0; nth < 40; nth++) await use(`other-${nth}`)
  await use('a')
  expect(read.filter((object) => object === 'a')).toHaveLength(2)
})

it('remembers what something is under way of, however much else is used', async () => {
  const { read, underWay } = counted()
  const { done, work } = held()
  await underWay.use('a', (_, behind) => behind(work))
  for (let nth = 0; nth < 40; nth++) await underWay.use(`other-${nth}`, async () => undefined)
  await underWay.use('a', async () => undefined)
  expect(read.filter((object) => object === 'a')).toHaveLength(1)
  done()
  await underWay.settled('a')
})

it('waits where five are under way', async () => {
  const { underWay } = counted()
  const all = Array.from({ length: 5 }, held)
  const begun: number[] = []
  const beginnings = all.map(({ work }, nth) =>
    underWay.use('a', (_, behind) => behind(work)).then(() => begun.push(nth)),
  )
  await sleep(5)
  expect(begun).toEqual([0, 1, 2, 3])
  all[2]!.done()
  await Promise.all(beginnings)
  expect(begun).toHaveLength(5)
  for (const { done } of all) done()
  await underWay.settled('a')
})

it('tells once why something failed, and reads anew what it was told to forget', async () => {
  const { read, underWay } = counted()
  const { failed, work } = held()
  await underWay.use('a', (_, behind) => behind(work))
  failed(new Error('no room'))
  await expect(underWay.settled('a')).rejects.toThrow('no room')
  await underWay.settled('a')
  await underWay.forget('a')
  await underWay.use('a', async () => undefined)
  expect(read).toEqual(['a', 'a'])
})
