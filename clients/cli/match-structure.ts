import { randomBytes } from 'node:crypto'
import { base32 } from '../../schema/wire/canonical.ts'
import { moment, say } from '../../schema/words/index.ts'
import { coded } from './claims.ts'
import type { Command } from './command.ts'
import { showTraits, traitsAt } from './match-traits.ts'
import { caseOf } from './matching.ts'

const ASK = `mutation matchStructure($key: String!, $input: MatchStructureInput!) {
  matchStructure(key: $key, input: $input) { id due } }`
const RESULT = `query matchResult($id: ID!) {
  matchAnswer(id: $id) { state due answers { outcome hits { id office } } } }`

type Question = { id: string; due: string }
type Answer = {
  state: string
  due: string
  answers: { outcome: string; hits: { id: string; office: string }[] }[]
}

export const matchStructure: Command = {
  name: 'match structure',
  about: 'cli.aboutMatchStructure',
  args: ['<network>'],
  examples: [
    { line: 'match structure Agadez-transport-2 --case NE-2027/0412', about: 'cli.tryMatchStructure' },
  ],
  async run(shell, [name]) {
    const reference = await caseOf(shell)
    const found = await traitsAt(shell, name!)
    const input = { network: found.network, case: reference }
    const key = `structure.${base32(randomBytes(10))}`
    const { matchStructure: question } = await shell.ask<{ matchStructure: Question }>(ASK, { key, input })
    shell.show({ ...found, question }, () => {
      showTraits(shell, found)
      const time = moment(shell.language, new Date(question.due))
      shell.line(say(shell.language, 'cli.structureAsked', { time, id: question.id }))
    })
  },
}

export const matchResult: Command = {
  name: 'match result',
  about: 'cli.aboutMatchResult',
  args: ['<question>'],
  examples: [{ line: 'match result 4t2m…', about: 'cli.tryMatchResult' }],
  async run(shell, [id]) {
    const { language } = shell
    const { matchAnswer } = await shell.ask<{ matchAnswer: Answer | null }>(RESULT, { id })
    shell.show(matchAnswer, () => {
      if (!matchAnswer) return shell.line(say(language, 'cli.nothing'))
      shell.line(coded(language, 'MatchState', matchAnswer.state))
      for (const { outcome, hits } of matchAnswer.answers) {
        shell.line(coded(language, 'MatchOutcome', outcome))
        for (const { id: hit, office } of hits) shell.line(say(language, 'cli.structureHit', { hit, office }))
      }
    })
  },
}
