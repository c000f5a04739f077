import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute and more. Begun last, one of them would keep a single worker busy when all the others are done. */
const LONG = [
  'laws/view',
  'server/start',
  'faults/faults',
  'faults/restored',
  'faults/erased',
  'laws/mutants',
  'peers/weak-link',
  'canary/canary',
  'faults/on-record',
  'faults/s3',
  'clients/gateway/quorum-served',
  'clients/cli/card',
  'faults/handover',
  'clients/cli/commands',
  'server/neo4j/launch',
].map((name) => `/test/${name}.test.ts`)

/** Whatever vitest would do, but the long ones first: on a clean clone it knows of no durations. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(name))
      return at < 0 ? LONG.length : at
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}
