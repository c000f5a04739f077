/** A queue of numbers by two keys; what is equal in both comes out by its own number, so no order is left to chance. */
export type Heap = {
  size(): number
  push(first: number, second: number, item: number): void
  /** The least, or −1 where there is none; its keys are then `first` and `second`. */
  pop(): number
  first: number
  second: number
}

/** A binary heap in typed arrays (Williams 1964, Algorithm 232): push and pop take O(log size). */
export function heapOf(): Heap {
  let keys = new Float64Array(64)
  let seconds = new Float64Array(64)
  let items = new Uint32Array(64)
  let size = 0

  const isBefore = (first: number, second: number, item: number, at: number) =>
    first < keys[at]! ||
    (first === keys[at]! && (second < seconds[at]! || (second === seconds[at]! && item < items[at]!)))
  const put = (at: number, first: number, second: number, item: number) => {
    keys[at] = first
    seconds[at] = second
    items[at] = item
  }
  const move = (from: number, to: number) => put(to, keys[from]!, seconds[from]!, items[from]!)

  function grow(): void {
    const wider = 2 * items.length
    const [oldKeys, oldSeconds, oldItems] = [keys, seconds, items]
    keys = new Float64Array(wider)
    seconds = new Float64Array(wider)
    items = new Uint32Array(wider)
    keys.set(oldKeys)
    seconds.set(oldSeconds)
    items.set(oldItems)
  }

  /** Where the last one belongs, now that the top is free. */
  function sink(first: number, second: number, item: number): number {
    let at = 0
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1
      if (right < size && isBefore(keys[right]!, seconds[right]!, items[right]!, child)) child = right
      if (isBefore(first, second, item, child)) break
      move(child, at)
      at = child
    }
    return at
  }

  return {
    first: 0,
    second: 0,
    size: () => size,
    push(first, second, item) {
      if (size === items.length) grow()
      let at = size++
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (!isBefore(first, second, item, parent)) break
        move(parent, at)
        at = parent
      }
      put(at, first, second, item)
    },
    pop() {
      if (size === 0) return -1
      const top = items[0]!
      this.first = keys[0]!
      this.second = seconds[0]!
      size--
      if (size === 0) return top
      const [first, second, item] = [keys[size]!, seconds[size]!, items[size]!]
      put(sink(first, second, item), first, second, item)
      return top
    },
  }
}
