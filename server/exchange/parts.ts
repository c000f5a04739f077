import type { Part } from '../../cypher/part/part.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import type { PartInput } from '../../schema/wire/card.ts'
import { Fault } from '../../schema/wire/fault.ts'
import type { Exchange } from './desk.ts'

/**
 * Lets the sealed parts of one thing in, each through the gate, and stores them. Their own office reads every part; every other
 * office stands in one of them, and none in any whom the release does not reach.
 */
export async function admitParts(
  exchange: Exchange,
  caller: Caller,
  of: string,
  parts: PartInput[],
  reached: string[],
): Promise<Part[]> {
  checkAudiences(parts, caller.office, reached)
  const admitted: Part[] = []
  for (const { object, audience, ciphertext, signature } of parts) {
    const sealing = await exchange.admit(caller, { id: object, audience, ciphertext, signature })
    admitted.push({
      id: object,
      of,
      audience: [...audience].sort(),
      ...sealing,
      signature,
      signer: caller.person,
    })
  }
  return admitted
}

function checkAudiences(parts: PartInput[], own: string, reached: string[]): void {
  const seen = new Set<string>()
  parts.forEach(({ audience }, i) => {
    const wrong = (message: string) =>
      new Fault('BAD_INPUT', message, { path: ['input', 'parts', i, 'audience'] })
    if (!audience.includes(own)) throw wrong('expected your own office among the readers')
    for (const office of audience.filter((one) => one !== own)) {
      if (!reached.includes(office)) throw wrong('expected only offices that the release reaches')
      if (seen.has(office)) throw wrong(`expected ${office} in one part, got it in two`)
      seen.add(office)
    }
  })
}
