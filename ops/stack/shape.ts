import { parse } from 'yaml'
import { z } from 'zod'
import type { Source } from '@latchkey/shared/env'
import { interpolate } from '../checks/interpolate.ts'
import { Advice } from '../launch/advice.mjs'

/** All that is known to have a counterpart in a swarm. A key that is not here is refused, and not left out in silence. */
const word = z.union([z.string(), z.number()]).transform(String)
const words = z.array(word)
const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'must be a duration such as 30s')
const size = z.string().regex(/^\d+[kmg]$/, 'must be a size such as 16m')
const service = z.strictObject({
  image: z.string(),
  build: z.unknown().optional(),
  profiles: words.default([]),
  command: words.optional(),
  labels: z.record(z.string(), word).default({}),
  entrypoint: words.optional(),
  user: word.optional(),
  environment: z.record(z.string(), word).default({}),
  secrets: words.default([]),
  ports: z.array(z.string().regex(/^\d+:\d+$/, 'must be a pair of ports such as 80:80')).default([]),
  volumes: z
    .array(
      z
        .string()
        .regex(/^(\.\/[\w./-]+|[\w-]+):\/[\w./-]+(:ro)?$/, 'must be SOURCE:/target or SOURCE:/target:ro'),
    )
    .default([]),
  tmpfs: z.array(z.string().regex(/^\/[\w/]+:size=\d+[kmg]$/, 'must be /path:size=16m')).default([]),
  shm_size: size.optional(),
  sysctls: z.record(z.string(), word).optional(),
  networks: z.union([words, z.record(z.string(), z.strictObject({ ipv4_address: z.ipv4() }))]).default([]),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  healthcheck: z
    .strictObject({
      test: words,
      interval: duration,
      timeout: duration,
      start_period: duration.optional(),
      retries: z.number(),
    })
    .optional(),
  stop_signal: z.string().optional(),
  stop_grace_period: duration.optional(),
  read_only: z.boolean().default(false),
  cap_drop: words.optional(),
  security_opt: z.array(z.literal('no-new-privileges:true')).default([]),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }).optional(),
  restart: z.enum(['unless-stopped', 'no']),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: z.string(), memory: size, pids: z.number() }),
    }),
  }),
})
const network = z.strictObject({
  internal: z.boolean().optional(),
  ipam: z
    .strictObject({
      config: z.array(z.strictObject({ subnet: z.cidrv4(), ip_range: z.cidrv4().optional() })).length(1),
    })
    .optional(),
})
const composeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), network).default({}),
  volumes: z.record(z.string(), z.null()).default({}),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
})
export type Street = z.infer<typeof composeFile>
export type Resident = z.infer<typeof service>

/** compose.yaml with what `.env` says filled in. */
export function readStreet(text: string, env: Source): Street {
  const missing: string[] = []
  const filled = withValues(parsed(text), env, (name, says) => missing.push(`${name} ${says}`))
  const read = composeFile.safeParse(filled)
  const problems = [...new Set(missing), ...(read.error?.issues ?? []).flatMap(problemsOf)]
  if (read.success && problems.length === 0) return read.data
  throw new Advice(
    'The services cannot be made into a stack:',
    ...problems.map((problem) => `  - ${problem}`),
    'Next: set what is missing in .env; what is not known yet has to be taught to ops/stack/, or taken out of compose.yaml.',
  )
}

function parsed(text: string): object {
  try {
    const whole = parse(text, { merge: true }) as object
    return Object.fromEntries(Object.entries(whole).filter(([key]) => !key.startsWith('x-')))
  } catch (error) {
    throw new Advice(
      `The services are no YAML: ${(error as Error).message.split('\n')[0]}`,
      'Next: docker compose config',
    )
  }
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const where = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...issue.path, key].join('.')} is not known`)
  if (issue.code === 'invalid_union') return [`${where} is of no known form`]
  return [`${where}: ${issue.message}`]
}

function withValues(value: unknown, env: Source, onMissing: (name: string, says: string) => void): unknown {
  if (typeof value === 'string') return interpolate(value, env, onMissing)
  if (Array.isArray(value)) return value.map((one) => withValues(one, env, onMissing))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withValues(one, env, onMissing)]))
}
