/** A program for launch.test.ts: takes the home, launches its Neo4j and says where it is; then waits for its end. */
import { takeHome } from '../../../server/neo4j/home-lock.ts'
import { launchNeo4j } from '../../../server/neo4j/launch.ts'
import { ping, SHORT_LIFE } from '../../neo4j-instance.ts'

// Ends with the test that started it, should that fail.
process.stdin.resume().once('end', () => process.exit())

const [home, jars] = process.argv.slice(2) as [string, string]
try {
  await takeHome(home)
  const { uri, password, pid } = await launchNeo4j({
    home,
    jars,
    say: () => {},
    ping,
    heap: '512m',
    java: SHORT_LIFE,
  })
  console.log(JSON.stringify({ uri, password, pid }))
} catch (error) {
  console.log(JSON.stringify({ code: (error as { code?: string }).code, message: (error as Error).message }))
  process.exit(1)
}
