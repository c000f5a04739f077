import { resolve } from 'node:path'
import { z } from 'zod'
import { SENSITIVITIES, type Sensitivity } from '../schema/wire/codes.ts'
import { Fault } from '../schema/wire/fault.ts'

const Memory = z.string().regex(/^\d+[mg]$/, 'expected a size such as 512m or 1g')
const Port = z.coerce.number().int().min(0).max(65_535)

/** Every variable that the server reads, with its default; README's table is checked against this shape. */
export const Environment = z.object({
  PORTOLAN_MODE: z.enum(['demo', 'development', 'production']).default('demo'),
  PORTOLAN_HOME: z.string().min(1).default('.portolan'),
  PORTOLAN_HOST: z.string().default('127.0.0.1'),
  PORTOLAN_PORT: Port.default(4377),
  PORTOLAN_ORIGIN: z.url().optional(),
  PORTOLAN_GENESIS: z.string().optional(),
  PORTOLAN_BUDGET: z.coerce.number().int().min(1).default(1_000),
  PORTOLAN_DEADLINE: z.coerce.number().int().min(100).max(60_000).default(5_000),
  PORTOLAN_COMPAT_UP_TO: z.enum(SENSITIVITIES).default('S4_LIFE'),
  PORTOLAN_RESCUE_HOOK: z.string().regex(/^\//, 'expected the absolute path of a program').optional(),
  PORTOLAN_LOG_PORT: Port.optional(),
  PORTOLAN_LOG_POLICY: z.string().optional(),
  PORTOLAN_LOG_S3: z
    .string()
    .regex(/^https?:\/\/[^/?#@]+\/[^?#@]+$/, 'expected an address such as https://HOST/BUCKET/FOLDER')
    .optional(),
  PORTOLAN_LOG_S3_REGION: z.string().default('us-east-1'),
  PORTOLAN_LOG_S3_KEYS: z.string().optional(),
  PORTOLAN_LANG: z.enum(['en', 'fr']).default('en'),
  NEO4J_URI: z
    .string()
    .regex(/^(bolt|neo4j)(\+s|\+ssc)?:\/\//, 'expected a bolt:// or neo4j:// address')
    .optional(),
  NEO4J_USER: z.string().default('neo4j'),
  NEO4J_PASSWORD: z.string().optional(),
  NEO4J_DATABASE: z.string().default('neo4j'),
  NEO4J_HEAP: Memory.default('1g'),
  NEO4J_PAGE_CACHE: Memory.default('512m'),
})

export type Config = {
  mode: 'demo' | 'development' | 'production'
  home: string
  host: string
  port: number
  /** Where clients reach the server; null: by host and port. */
  origin: string | null
  /** A file of signed directory entries, the genesis first. */
  genesis: string | null
  /** Distinct entities that an officer may be shown in a day. */
  budget: number
  /** How long a question may take, ms. */
  deadline: number
  /** The highest sensitivity that may be sealed in the compat profile. */
  compatUpTo: Sensitivity
  /** A program that pages rescue contacts; null: nobody is paged beside the offices. */
  rescueHook: string | null
  /** Where the audit log lies open to witnesses and authorities; null: nowhere. */
  logPort: number | null
  /** A file that names the log's witnesses and how many are enough (C2SP tlog-policy); null: nobody is asked. */
  logPolicy: string | null
  /** The place in a bucket where the logs lie as they are published, and the file of its credentials; null: in the home. */
  logS3: { address: string; region: string; keys: string } | null
  language: 'en' | 'fr'
  /** Null: launch a private Neo4j in the home. */
  neo4j: { uri: string; user: string; password: string } | null
  database: string
  heap: string
  pageCache: string
}

/** Reads the environment once. Throws CONFIG naming every variable that is wrong, without its value. */
export function configFrom(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(set)
  if (!parsed.success)
    throw new Fault(
      'CONFIG',
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    )
  const env = parsed.data
  if (env.NEO4J_URI && !env.NEO4J_PASSWORD)
    throw new Fault('CONFIG', 'NEO4J_PASSWORD: expected a value beside NEO4J_URI')
  if (env.PORTOLAN_LOG_S3 && !env.PORTOLAN_LOG_S3_KEYS)
    throw new Fault('CONFIG', 'PORTOLAN_LOG_S3_KEYS: expected a file beside PORTOLAN_LOG_S3')
  if (env.PORTOLAN_MODE === 'production' && !env.PORTOLAN_GENESIS)
    throw new Fault('CONFIG', 'PORTOLAN_GENESIS: expected a file of signed directory entries in production')
  return {
    mode: env.PORTOLAN_MODE,
    home: resolve(env.PORTOLAN_HOME),
    host: env.PORTOLAN_HOST,
    port: env.PORTOLAN_PORT,
    origin: env.PORTOLAN_ORIGIN ?? null,
    genesis: env.PORTOLAN_GENESIS ?? null,
    budget: env.PORTOLAN_BUDGET,
    deadline: env.PORTOLAN_DEADLINE,
    compatUpTo: env.PORTOLAN_COMPAT_UP_TO,
    rescueHook: env.PORTOLAN_RESCUE_HOOK ?? null,
    logPort:
      env.PORTOLAN_LOG_PORT ?? (env.PORTOLAN_MODE === 'production' ? null : portAfter(env.PORTOLAN_PORT)),
    logPolicy: env.PORTOLAN_LOG_POLICY ?? null,
    logS3: env.PORTOLAN_LOG_S3
      ? {
          address: env.PORTOLAN_LOG_S3,
          region: env.PORTOLAN_LOG_S3_REGION,
          keys: env.PORTOLAN_LOG_S3_KEYS!,
        }
      : null,
    language: env.PORTOLAN_LANG,
    neo4j: env.NEO4J_URI ? { uri: env.NEO4J_URI, user: env.NEO4J_USER, password: env.NEO4J_PASSWORD! } : null,
    database: env.NEO4J_DATABASE,
    heap: env.NEO4J_HEAP,
    pageCache: env.NEO4J_PAGE_CACHE,
  }
}

/** A free one beside a free one, and where there is none after it. */
const portAfter = (port: number) => (port === 0 || port === 65_535 ? 0 : port + 1)
