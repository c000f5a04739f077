/** Throws RangeError where one of these is no node of a network of so many. */
export function expectNodes(nodes: number, ...ids: number[]): void {
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < nodes))
  if (wrong !== undefined) throw new RangeError(`expected nodes below ${nodes}, got ${wrong}`)
}
