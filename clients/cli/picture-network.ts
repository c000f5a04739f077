import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { KINDS } from '../../schema/wire/codes.ts'
import { Fault } from '../../schema/wire/fault.ts'
import { EntityId } from '../../schema/wire/report.ts'
import { plain, say } from '../../schema/words/index.ts'
import { writeWhole } from '../core/write-whole.ts'
import { drawNetwork } from '../picture/network.ts'
import { drawable } from '../picture/network-layers.ts'
import type { Places } from '../picture/network-layout.ts'
import type { PictureClaim } from '../picture/network-lines.ts'
import { called, NODE, type Node } from './claims.ts'
import { type Command, text } from './command.ts'
import { named } from './names.ts'
import { AS_OF, moment } from './page.ts'
import { askAll, PICTURE_FILE, pictureFile, type Restricted, stampOf, writePicture } from './picture-file.ts'
import type { Shell } from './shell.ts'
import { Usage } from './terminal.ts'

type Claim = Omit<PictureClaim, 'from' | 'to'> & { from: { id: string }; to: { id: string } }
type Around = { more: boolean; nodes: Node[]; claims: Claim[] }

const QUERY = `query pictureNeighbourhood($id: ID!, $depth: Int, $asOf: Time) {
  neighbourhood(id: $id, depth: $depth, asOf: $asOf) { more nodes ${NODE}
    claims { id type source information basis handling sensitivity level from { id } to { id } } } }`

export const pictureNetwork: Command = {
  name: 'picture network',
  about: 'cli.aboutPictureNetwork',
  args: ['<name-or-id>'],
  options: [
    ...PICTURE_FILE,
    { flags: '--depth <hops>', about: 'cli.optPictureDepth' },
    { flags: '--layout <file>', about: 'cli.optLayout' },
    AS_OF,
  ],
  examples: [
    { line: 'picture network Agadez-transport-2 --out network.svg', about: 'cli.tryPictureNetwork' },
    {
      line: 'picture network Agadez-transport-2 --out network.svg --layout network.json --force',
      about: 'cli.tryPictureLayout',
    },
  ],
  async run(shell, [name], options) {
    const { language } = shell
    const depth = text(options, 'depth') ?? '1'
    if (!/^[12]$/.test(depth)) throw new Usage(say(language, 'cli.badDepth', { option: '--depth' }))
    const file = await pictureFile(shell, options)
    const layout = text(options, 'layout')
    const kept = layout === undefined ? {} : await readLayout(shell, layout)
    const { id } = await named(shell, name!, KINDS)
    // One hop farther than is drawn: so the ties among the outermost are known as well.
    const variables = { id, depth: Number(depth) + 1, ...moment(shell, options) }
    const { neighbourhood } = await shell.ask<{ neighbourhood: Around | null }>(QUERY, variables)
    if (!neighbourhood)
      throw new Fault('NOT_FOUND', `expected a code name or an id that you may see, got ${name}`)
    const { nodes, claims } = within(neighbourhood, id, Number(depth))
    const about = await aboutNodes(shell, nodes, moment(shell, options).asOf)
    const centre = nodes.find((one) => one.id === id)!
    if (about.get(id)!.states.some((state) => state !== 'MIGRANT'))
      throw new Fault('PROTECTED_PERSON', 'expected something that may be drawn, got a protected person')
    const drawn = drawable(
      nodes.map((node) => ({ ...node, states: about.get(node.id)!.states })),
      claims.map((one) => ({ ...one, from: one.from.id, to: one.to.id })),
    )
    // Only what is drawn restricts the picture: not even its handling tells of a protected person.
    const restricted = [...drawn.claims, ...drawn.nodes.flatMap((one) => about.get(one.id)!.claims)]
    const key = centre.kind === 'NETWORK' ? 'picture.networkTitle' : 'picture.aroundTitle'
    const { svg, places } = drawNetwork({
      ...{ language, title: say(language, key, { name: called(centre) }), focus: id, kept },
      ...{ nodes: drawn.nodes, claims: drawn.claims, isCut: neighbourhood.more },
      stamp: await stampOf(shell, options, restricted),
    })
    await writePicture(shell, options, file, svg)
    if (layout !== undefined)
      await writeWhole(resolve(shell.terminal.cwd, layout), `${JSON.stringify(places, null, 1)}\n`)
    if (drawn.leftOut > 0) shell.note(say(language, 'cli.pictureLeftOut', { count: drawn.leftOut }))
    const { nodes: shown, claims: lines } = drawn
    shell.show({ file, nodes: shown.length, claims: lines.length, more: neighbourhood.more }, () =>
      shell.line(say(language, 'cli.pictureWritten', { file })),
    )
  },
}

/** What lies at most `depth` hops from `centre`, and all claims among it. */
function within({ nodes, claims }: Around, centre: string, depth: number): Pick<Around, 'nodes' | 'claims'> {
  let reached = new Set([centre])
  for (let hop = 0; hop < depth; hop++) {
    const next = claims.flatMap(({ from, to }) =>
      reached.has(from.id) ? [to.id] : reached.has(to.id) ? [from.id] : [],
    )
    reached = new Set([...reached, ...next])
  }
  return {
    nodes: nodes.filter(({ id }) => reached.has(id)),
    claims: claims.filter(({ from, to }) => reached.has(from.id) && reached.has(to.id)),
  }
}

type About = { protectedStates?: string[]; descriptions: (Restricted & { retracted?: string | null })[] }

/**
 * Whom law 6 protects, by what is known now as well as then, and what restricts the code names: they are claims too.
 */
async function aboutNodes(
  shell: Shell,
  nodes: readonly Node[],
  asOf: string | null,
): Promise<Map<string, { states: string[]; claims: Restricted[] }>> {
  const questions = nodes.flatMap(({ id, kind }) => {
    const key = JSON.stringify(id)
    if (kind !== 'ACTOR')
      return [`history(id: ${key}, asOf: $asOf) { descriptions { handling sensitivity retracted } }`]
    const fields = '{ protectedStates descriptions { handling sensitivity } }'
    return [
      `actor(id: ${key}, asOf: $asOf) ${fields}`,
      ...(asOf === null ? [] : [`actor(id: ${key}) ${fields}`]),
    ]
  })
  const answers = await askAll<About>(shell, questions, { asOf })
  const found = new Map(nodes.map(({ id }) => [id, { states: [] as string[], claims: [] as Restricted[] }]))
  let at = 0
  for (const { id, kind } of nodes) {
    const own = found.get(id)!
    const count = kind === 'ACTOR' && asOf !== null ? 2 : 1
    for (const one of answers.slice(at, at + count)) {
      own.states.push(...(one?.protectedStates ?? []))
      own.claims.push(...(one?.descriptions ?? []).filter(({ retracted }) => !retracted))
    }
    at += count
  }
  return found
}

const Coordinates = z.record(EntityId, z.strictObject({ x: z.number().min(0), y: z.number().min(0) }))

/** Coordinates of former pictures; none where the file is not there yet. Throws Usage where it holds something else. */
async function readLayout(shell: Shell, layout: string): Promise<Places> {
  const file = resolve(shell.terminal.cwd, layout)
  const held = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  try {
    return Coordinates.parse(JSON.parse(held))
  } catch {
    throw new Usage(say(shell.language, 'cli.badLayout', { file: plain(file) }))
  }
}
