import type { Projection } from '../projection.ts'
import type { Told } from '../told.ts'
import type { Lookup } from './said.ts'

/** What every indicator of one network is made from. */
export type About = {
  view: Projection
  told: Told
  lookup: Lookup
  network: number
  /** Beside each entity, whether it is an actor whom the law protects. */
  isProtected: Uint8Array
}
