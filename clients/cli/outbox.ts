import { z } from 'zod'
import { Envelope } from '../../schema/wire/envelope.ts'
import type { FaultCode } from '../../schema/wire/fault.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { outboxFolder } from '../gateway/desk.ts'
import { type Kept, type Outbox, openOutbox } from '../gateway/outbox.ts'
import { openVault } from '../gateway/vault.ts'
import type { Shell } from './shell.ts'

/** What is sent to the server with a sealed message or a report, as far as the outbox has to know it. */
const Message = z.object({ envelope: z.string(), ciphertext: z.string(), signature: z.string() })
const Report = z.looseObject({
  key: z.string(),
  release: z.custom<{ to: string[] }>().optional(),
  note: z
    .object({
      facts: z.record(z.string(), z.unknown()),
      audience: z.array(z.string()),
      ciphertext: z.string(),
      signature: z.string(),
    })
    .optional(),
})
const body = <T extends z.ZodType>(input: T) => z.looseObject({ variables: z.looseObject({ input }) })
export const MessageBody = body(Message)
export const ReportBody = body(Report)

/** What the server says where something was sealed to keys that are not, or not all, those of today. */
const OTHER_KEYS: readonly FaultCode[] = ['BAD_PACKET', 'DIRECTORY']

/** The officer's outbox, to be looked at and put right; a gateway that is running or this command's link sends it. */
export async function outboxOf(shell: Shell): Promise<Outbox> {
  const [home, link] = [await shell.home(), await shell.link()]
  const key = await shell.key(link.caller.person)
  return openOutbox({
    folder: outboxFolder(home, key.name),
    vault: openVault(key, link.now),
    now: link.now,
    send: async () => {
      throw new Fault('UNREACHABLE', 'expected the link to send it, got none')
    },
  })
}

/** Whether the server refused it for its keys, so that sealing it anew may help. */
export function canReseal({ operation, refused, body }: Kept): boolean {
  if (!refused?.faults.some(({ code }) => OTHER_KEYS.includes(code))) return false
  if (operation === 'sendMessage') return MessageBody.safeParse(body).success
  return ReportBody.safeParse(body).data?.variables.input.note !== undefined
}

/** What it is about, in a line: ids, codes and offices, which the server would read as well. */
export function subjectOf({ operation, body }: Kept): string {
  if (operation === 'submitReport') return ReportBody.safeParse(body).data?.variables.input.key ?? ''
  const message = MessageBody.safeParse(body).data?.variables.input.envelope
  const envelope = message ? Envelope.safeParse(JSON.parse(message)).data : undefined
  return envelope ? `${envelope.type} ${envelope.id} → ${envelope.recipients.join(', ')}` : ''
}
