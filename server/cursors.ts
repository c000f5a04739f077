import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Moment } from '../schema/context.ts'
import type { Caller } from '../schema/wire/caller.ts'
import { canonical, type Json } from '../schema/wire/canonical.ts'
import { Fault } from '../schema/wire/fault.ts'

/**
 * Cursors: a position that the caller has seen, sealed under the instance's key to caller, field, arguments and moment.
 * They carry a time and never a version, for versions count what is hidden too.
 */
export function cursorsFor(instanceKey: Uint8Array, caller: Caller) {
  const mac = (field: string, args: unknown, payload: string) =>
    createHmac('sha256', instanceKey)
      .update(canonical(['cursor', caller.person, caller.office, caller.role, field, args as Json, payload]))
      .digest()
      .subarray(0, 16)

  return {
    seal(field: string, args: unknown, moment: Moment, position: unknown): string {
      const payload = JSON.stringify([moment.time, position])
      return Buffer.concat([mac(field, args, payload), Buffer.from(payload)]).toString('base64url')
    },
    open(field: string, args: unknown, cursor: string): { time: number; position: unknown } {
      const bytes = Buffer.from(cursor.slice(0, 2_000), 'base64url')
      const payload = bytes.subarray(16).toString()
      if (bytes.length < 18 || !timingSafeEqual(bytes.subarray(0, 16), mac(field, args, payload)))
        throw new Fault('BAD_CURSOR', 'expected a cursor of this list with these arguments')
      const [time, position] = JSON.parse(payload) as [number, unknown]
      return { time, position }
    },
  }
}
