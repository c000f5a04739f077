import { describe, expect, it } from 'vitest'
import { openLatch } from '../../server/latch.ts'

const turn = () => new Promise((go) => setImmediate(go))

/** Work that says when it begins, and ends when it is told. */
function works(log: string[]) {
  const ends = new Map<string, () => void>()
  const work = (name: string) => () => {
    log.push(`${name} begins`)
    return new Promise<string>((end) =>
      ends.set(name, () => {
        log.push(`${name} ends`)
        end(name)
      }),
    )
  }
  return { work, end: (name: string) => ends.get(name)!() }
}

describe('the latch', () => {
  it('lets readers in together, and a writer only when they are gone', async () => {
    const log: string[] = []
    const { work, end } = works(log)
    const latch = openLatch()
    const all = [latch.shared(work('r1')), latch.shared(work('r2')), latch.alone(work('w'))]
    await turn()
    expect(log).toEqual(['r1 begins', 'r2 begins'])
    end('r1')
    await turn()
    expect(log).toEqual(['r1 begins', 'r2 begins', 'r1 ends'])
    end('r2')
    await turn()
    end('w')
    expect(await Promise.all(all)).toEqual(['r1', 'r2', 'w'])
    expect(log.slice(-3)).toEqual(['r2 ends', 'w begins', 'w ends'])
  })

  it('lets no reader pass a waiting writer, and no writer run beside another', async () => {
    const log: string[] = []
    const { work, end } = works(log)
    const latch = openLatch()
    void latch.shared(work('r1'))
    void latch.alone(work('w1'))
    void latch.alone(work('w2'))
    void latch.shared(work('r2'))
    for (const name of ['r1', 'w1', 'w2']) {
      await turn()
      end(name)
    }
    await turn()
    expect(log).toEqual(['r1 begins', 'r1 ends', 'w1 begins', 'w1 ends', 'w2 begins', 'w2 ends', 'r2 begins'])
    end('r2')
  })

  it('opens again after work that failed, whichever side it stood on', async () => {
    const latch = openLatch()
    const fails = () => Promise.reject(new Error('broken'))
    await expect(latch.shared(fails)).rejects.toThrow('broken')
    await expect(latch.alone(fails)).rejects.toThrow('broken')
    await expect(
      latch.alone(() => {
        throw new Error('at once')
      }),
    ).rejects.toThrow('at once')
    expect(await latch.shared(async () => 'read')).toBe('read')
    expect(await latch.alone(async () => 'written')).toBe('written')
  })

  it('never shows a reader a half-made change, over a thousand turns', async () => {
    const latch = openLatch()
    let [left, right] = [0, 0]
    const write = () =>
      latch.alone(async () => {
        left += 1
        await turn()
        right += 1
      })
    const read = () =>
      latch.shared(async () => {
        const seen = left
        await turn()
        return seen === right && left === right
      })
    const doings = Array.from({ length: 1_000 }, (_, i) => (i % 7 === 0 ? write() : read()))
    const seen = await Promise.all(doings)
    expect(seen.filter((one) => one === false)).toEqual([])
    expect(left).toBe(143)
  })
})
