import { defineConfig } from 'vitest/config'
import { COMPILED } from './test/compiled.ts'
import { LongestFirst } from './test/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Lends the Neo4j of the run to one test file at a time each; they start when a file asks.
    globalSetup: ['test/global-setup.ts'],
    // For whatever programs a test starts with its own environment.
    env: COMPILED,
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 180_000,
    // A file may wait for a shared Neo4j until the others have done.
    hookTimeout: 1_500_000,
    // One copy of graphql, or every instanceof check in it fails.
    server: { deps: { inline: [/graphql/, /pothos/] } },
  },
})
