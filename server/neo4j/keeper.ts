/**
 * A process of its own between the launcher and Neo4j: `keeper.ts PIDFILE LOGFILE COMMAND ARGUMENT…`.
 *
 * It is in another process group, so that a terminal's Ctrl-C reaches the server alone, which then stops things
 * in its own order. It stops Neo4j when told (SIGTERM) or when the launcher is gone, however that happened: the
 * kernel then closes the channel between them. It ends when Neo4j has ended. If the keeper itself is killed,
 * Neo4j runs on and the launcher, or the next start, ends it by the pid file.
 */
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { STOP_MS } from './leftover.ts'

const [pidFile, logFile, ...command] = process.argv.slice(2) as [string, string, ...string[]]

// Everything that Neo4j writes is for this user alone.
process.umask(0o077)
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})

const log = openSync(logFile, 'w')
// The shell writes its pid and becomes Java: there is no moment at which Neo4j runs and its pid is not on disk.
const script = 'echo $$ >"$0" && exec "$@"'
const neo4j = spawn('sh', ['-c', script, pidFile, ...command], { stdio: ['ignore', log, log] })

const stop = () => {
  neo4j.kill('SIGTERM')
  setTimeout(() => neo4j.kill('SIGKILL'), STOP_MS)
}
process.on('SIGTERM', stop)
process.on('disconnect', stop)
// 0 says that Java came to its own end, with everything written.
neo4j.on('exit', (code) => process.exit(code ?? 1))
neo4j.on('error', () => process.exit(1))
if (neo4j.pid !== undefined && process.connected) process.send?.({ pid: neo4j.pid }, () => {})
