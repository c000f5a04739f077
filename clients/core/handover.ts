import type { PrivateKey } from 'openpgp'
import { Fault } from '../../schema/wire/fault.ts'
import type { Profile } from '../../schema/wire/holder.ts'
import { splice, walk } from '../../schema/wire/packet.ts'
import { opens, rewrap } from './rewrap.ts'
import { type Recipient, signUpload } from './seal.ts'

/** A sealed object as the server gives it to an office: under the office's own session key packets. */
export type HeldObject = { id: string; packets: number; ciphertext: string }
export type HeldPage<T extends HeldObject = HeldObject> = {
  nodes: T[]
  /** Objects that the page went through, of whatever state. */
  walked: number
  endCursor: string | null
  hasNextPage: boolean
}
export type Rewrapped = {
  object: string
  version: number
  packets: string
  audience: string[]
  signature: string
  reason?: string
}

/** A walk through what an office holds; `page` asks for what comes after a cursor. */
type Walk = {
  page(after: string | null): Promise<HeldPage>
  /** Unlocked keys that may open it. */
  openWith: PrivateKey[]
  now(): number
  /** Told of each page, once it is on its way. */
  step(walked: number): void
}
export type HandOver = Walk & {
  office: string
  /** The keys of the office's holders in the directory now. */
  successors(profile: Profile): Promise<Recipient[]>
  signWith: PrivateKey
  reason?: string
  /** Puts a batch on record, whole or not at all. */
  send(batch: Rewrapped[]): Promise<void>
}
export type HandedOver = { wrapped: number; unopened: string[] }

/** Batches that wait for the server while the next ones are wrapped: a slow link then costs little, and memory stays bounded. */
const IN_FLIGHT = 3

/**
 * Wraps everything that the pages give to the successors and sends it, page by page. What does not open is named at the end and
 * keeps nothing up. Cut off anywhere, the next run goes on: a batch stands whole or not, and the server gives what is left.
 */
export async function handOver(work: HandOver): Promise<HandedOver> {
  const known = new Map<Profile, Promise<Recipient[]>>()
  const successors = (profile: Profile) => {
    const found = known.get(profile) ?? work.successors(profile)
    known.set(profile, found)
    return found
  }
  const done: HandedOver = { wrapped: 0, unopened: [] }
  await paged(work, async ({ nodes }) => {
    const batch: Rewrapped[] = []
    for (const held of nodes) {
      const made = await unlessSealed(() => wrap(work, held, successors))
      if (made) batch.push(made)
      else done.unopened.push(held.id)
    }
    return async () => {
      for (const part of partsOf(batch)) await work.send(part)
      done.wrapped += batch.length
    }
  })
  return done
}

export type Confirm = Walk & { send(batch: { object: string; version: number }[]): Promise<void> }
export type Confirmed = { opened: number; unopened: string[] }

/** Opens everything that the pages give, and says so of what opened whole: only then are the former packets let go. */
export async function confirmOpening(work: Confirm): Promise<Confirmed> {
  const done: Confirmed = { opened: 0, unopened: [] }
  await paged(work, async ({ nodes }) => {
    const batch: { object: string; version: number }[] = []
    for (const { id, packets, ciphertext } of nodes) {
      const octets = Buffer.from(ciphertext, 'base64')
      const isOpen = await opens({ ciphertext: octets, decryptWith: work.openWith, at: new Date(work.now()) })
      if (isOpen) batch.push({ object: id, version: packets })
      else done.unopened.push(id)
    }
    return async () => {
      for (const part of partsOf(batch)) await work.send(part)
      done.opened += batch.length
    }
  })
  return done
}

/** Fetches a page while the one before is worked on, and lets a few batches be under way. */
async function paged(work: Walk, make: (page: HeldPage) => Promise<() => Promise<void>>): Promise<void> {
  const flights = new Set<Promise<void>>()
  let next: Promise<HeldPage> | null = work.page(null)
  try {
    while (next) {
      const page: HeldPage = await next
      next = page.hasNextPage ? work.page(page.endCursor) : null
      // Awaited above, after the work on this page; until then its failure is nobody's.
      next?.catch(() => {})
      const send = await make(page)
      while (flights.size >= IN_FLIGHT) await Promise.race(flights)
      const flight: Promise<void> = send().then(() => {
        flights.delete(flight)
        work.step(page.walked)
      })
      flight.catch(() => {})
      flights.add(flight)
    }
    await Promise.all(flights)
  } finally {
    await Promise.allSettled(flights)
  }
}

/** A message brings its attachments into its page, and the server takes so many at a time. */
const MAX_BATCH = 100

const partsOf = <T>(batch: T[]): T[][] =>
  Array.from({ length: Math.ceil(batch.length / MAX_BATCH) }, (_, i) =>
    batch.slice(i * MAX_BATCH, (i + 1) * MAX_BATCH),
  )

async function wrap(
  { openWith, signWith, office, reason, now }: HandOver,
  { id, packets: last, ciphertext: text }: HeldObject,
  successors: (profile: Profile) => Promise<Recipient[]>,
): Promise<Rewrapped> {
  const ciphertext = Buffer.from(text, 'base64')
  const at = new Date(now())
  const to = await successors(walk(ciphertext).profile)
  const packets = await rewrap({ ciphertext, decryptWith: openWith, to, at })
  const upload = {
    ciphertext: splice(ciphertext, packets),
    audience: [office],
    object: id,
    version: last + 1,
  }
  const signature = await signUpload(upload, { signWith, at })
  return {
    ...{ object: id, version: upload.version, audience: [office], signature, ...(reason && { reason }) },
    packets: Buffer.from(packets).toString('base64'),
  }
}

async function unlessSealed<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault && error.code === 'SEAL') return null
    throw error
  }
}
