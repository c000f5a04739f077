import { join } from 'node:path'

/** Sizes as Java and Neo4j write them, such as `512m` or `1g`. */
export type Memory = { heap: string; pageCache: string }
export const MEMORY: Memory = { heap: '1g', pageCache: '512m' }

/**
 * What holds for Neo4j wherever it runs; docker-compose.yml says the same, and a test compares them.
 * The transaction log is bounded because nothing replays it: the graph's history is in the claims.
 */
export const SETTINGS = {
  'client.allow_telemetry': 'false',
  'db.logs.query.enabled': 'OFF',
  'db.tx_log.rotation.retention_policy': '100M size',
  'db.tx_log.rotation.size': '32m',
  'dbms.security.allow_csv_import_from_file_urls': 'false',
  'dbms.usage_report.enabled': 'false',
  'server.http.enabled': 'false',
  'server.https.enabled': 'false',
}

export const GARBAGE_COLLECTOR = '-XX:+UseParallelGC'

/** The text of neo4j.conf for a private Neo4j that answers on this machine only. */
export function configuration(port: number, pageCache: string, further: Record<string, string> = {}): string {
  const own = {
    ...SETTINGS,
    'dbms.security.auth_enabled': 'true',
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.enabled': 'true',
    'server.bolt.listen_address': `127.0.0.1:${port}`,
    'server.memory.pagecache.size': pageCache,
    // Stores are closed when Bolt is shut down; by default it then idles for another ten seconds.
    'internal.dbms.bolt.netty_server_shutdown_quiet_period': '0',
    'internal.dbms.bolt.netty_server_shutdown_timeout': '2s',
    'internal.server.bolt.thread_pool_shutdown_wait_time': '1s',
    ...further,
  }
  return Object.entries(own)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

export const MAIN_CLASS = 'org.neo4j.server.CommunityEntryPoint'

/** The argument by which a running Neo4j of this home is known again. */
export function homeArgument(neo4jHome: string): string {
  return `--home-dir=${neo4jHome}`
}

/** Java's arguments: those of the stock neo4j.conf that matter here, with bounded memory. */
export function javaArguments(neo4jHome: string, jars: string, heap: string): string[] {
  return [
    `-Xmx${heap}`,
    GARBAGE_COLLECTOR,
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-OmitStackTraceInFastThrow',
    '-XX:+DisableExplicitGC',
    '-Djdk.nio.maxCachedBufferSize=1024',
    '-Dio.netty.tryReflectionSetAccessible=true',
    '-Dlog4j2.disable.jmx=true',
    '-Dfile.encoding=UTF-8',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '--add-opens=java.base/java.io=ALL-UNNAMED',
    '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
    '-cp',
    join(jars, '*'),
    MAIN_CLASS,
    homeArgument(neo4jHome),
    `--config-dir=${join(neo4jHome, 'conf')}`,
    '--console-mode',
  ]
}
