import { describe, expect, it } from 'vitest'
import { openRoom } from '../../../server/exchange/room.ts'

const settled = async (work: Promise<unknown>) => {
  let isDone = false
  void work.then(() => {
    isDone = true
  })
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  return isDone
}

describe('room for large bodies', () => {
  it('is shared: who does not fit waits, and who fits overtakes whoever waits for himself', async () => {
    const room = openRoom({ all: 10, each: 4 })
    const first = await room.enter('aicha', 3)
    const second = room.enter('aicha', 3)
    expect(await settled(second)).toBe(false)
    const other = await room.enter('paola', 4)
    expect(room.held()).toBe(7)
    const third = room.enter('fanta', 4)
    expect(await settled(third)).toBe(false)
    first()
    // A second leave of the same is none.
    first()
    expect(await settled(second)).toBe(true)
    expect(room.held()).toBe(7)
    other()
    expect(await settled(third)).toBe(true)
    ;(await second)()
    ;(await third)()
    expect(room.held()).toBe(0)
  })

  it('is there for a body that is larger than all of it, when nothing else is', async () => {
    const room = openRoom({ all: 10, each: 4 })
    const large = await room.enter('aicha', 50)
    expect(await settled(room.enter('paola', 1))).toBe(false)
    large()
    expect(room.held()).toBe(1)
  })
})
