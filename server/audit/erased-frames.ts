import { leafNameOf } from '../../schema/wire/audit-erasure.ts'
import {
  decodeHeader,
  encodeHeader,
  erasedFrame,
  erasedOf,
  FRAME_HEADER,
  frameSize,
  isWhole,
} from '../../schema/wire/audit-frame.ts'
import type { ErasedList, Named } from './erased-list.ts'
import type { Found } from './search.ts'
import { closeSegment, openSegment } from './segments.ts'
import type { Shelf, Store } from './storage.ts'

/** How a record that stands at its place is named in the list. */
export function namedOf(
  { header, frame, offset }: Found,
  { segment, order, reason }: Pick<Named, 'segment' | 'order' | 'reason'>,
): Named {
  const bytes = Buffer.alloc(FRAME_HEADER)
  encodeHeader(bytes, 0, { ...header, erased: false })
  const detail = erasedOf(header, frame).subarray(FRAME_HEADER, FRAME_HEADER + 32)
  return {
    ...{ index: header.index, leaf: leafNameOf(header, frame), segment, offset },
    ...{ header: bytes.toString('base64'), detail: detail.toString('base64'), order, reason },
  }
}

/** What is to stand in the place of the record. */
export const leftOf = ({ header, detail }: Named): Buffer =>
  erasedFrame(decodeHeader(Buffer.from(header, 'base64'))!, Buffer.from(detail, 'base64'))

/** The frame at the place of the record if it is that record, erased or not; null where a log that was put back has none there, or another. */
export async function standingOf(details: Store, named: Named): Promise<Buffer | null> {
  const frame = await details.read(named.offset, lengthOf(named))
  const header = decodeHeader(frame)
  if (!header || frame.length !== frameSize(header.bodyLength, header.tokens) || !isWhole(frame)) return null
  return header.index === named.index && leafNameOf(header, frame) === named.leaf ? frame : null
}

/**
 * Ends what a crash cut short while it was written over: octets of both stand there, and no record that could be read. Before
 * the log is read through, which would call it damage.
 */
export async function finishCutShort(shelf: Shelf, list: ErasedList): Promise<void> {
  const names = new Set(await shelf.names())
  for (const [number, some] of Map.groupBy(list.all(), ({ segment }) => segment)) {
    if (!names.has(`${String(number).padStart(8, '0')}.details`)) continue
    const segment = await openSegment(shelf, number)
    try {
      for (const one of some) await finish(segment.details, one)
    } finally {
      await closeSegment(segment)
    }
  }
}

async function finish(details: Store, named: Named): Promise<void> {
  const octets = await details.read(named.offset, lengthOf(named))
  if ((await standingOf(details, named)) !== null || !isCutShort(octets, named)) return
  await details.overwrite(named.offset, leftOf(named))
  await details.sync()
}

/** Where the mark of an erased frame stands, and the checksum of its header. */
const MARK = 7
const CHECKED = FRAME_HEADER - 4

/** Whether all that an erasure does not change stands there, and what it changes may be half done: else it is damage, or nothing. */
function isCutShort(octets: Buffer, named: Named): boolean {
  if (octets.length < lengthOf(named)) return false
  const header = Buffer.from(named.header, 'base64')
  return octets
    .subarray(0, CHECKED)
    .every((octet, at) => octet === header[at] || (at === MARK && octet === 1))
}

function lengthOf({ header }: Named): number {
  const { bodyLength, tokens } = decodeHeader(Buffer.from(header, 'base64'))!
  return frameSize(bodyLength, tokens)
}
