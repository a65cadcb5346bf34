import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Finding, wrong } from './finding.ts'

/** The parts of a compose file that a check looks at; whatever else it says is left alone. */
const words = z.union([z.array(z.coerce.string()), z.record(z.string(), z.unknown())])
const number = z.union([z.string(), z.number()])
const service = z.looseObject({
  image: z.string().optional(),
  ports: z.array(z.unknown()).default([]),
  networks: words.default([]),
  network_mode: z.string().optional(),
  healthcheck: z.looseObject({ disable: z.boolean().optional() }).optional(),
  restart: z.string().optional(),
  read_only: z.boolean().default(false),
  privileged: z.boolean().default(false),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  user: number.optional(),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  volumes: z.array(z.union([z.string(), z.looseObject({ source: z.string().optional() })])).default([]),
  mem_limit: number.optional(),
  cpus: number.optional(),
  pids_limit: number.optional(),
  deploy: z
    .looseObject({
      resources: z.looseObject({ limits: z.record(z.string(), number).optional() }).optional(),
    })
    .optional(),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.looseObject({ condition: z.string().optional() }))])
    .default([]),
  environment: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default({}),
  env_file: z.union([z.string(), z.array(z.unknown())]).optional(),
  secrets: z
    .array(z.union([z.string(), z.looseObject({ source: z.string(), target: z.string().optional() })]))
    .default([]),
  profiles: z.array(z.string()).default([]),
})
const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() }).nullable()).default({}),
  secrets: z.record(z.string(), z.looseObject({ file: z.string().optional() })).default({}),
})
export type Compose = z.infer<typeof composeFile>
export type Service = z.infer<typeof service>

export type ReadCompose = { compose: Compose } | { findings: Finding[] }

export function readCompose(path: string): ReadCompose {
  if (!existsSync(path)) return { findings: [wrong(path, 'is not there', 'git status, or --compose PATH')] }
  return parseCompose(readFileSync(path, 'utf8'), path)
}

export function parseCompose(text: string, where: string): ReadCompose {
  const broken = (what: string) => ({ findings: [wrong(where, what, `docker compose -f ${where} config`)] })
  try {
    const read = composeFile.safeParse(parse(text, { merge: true }))
    if (read.success) return { compose: read.data }
    return broken(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  } catch (error) {
    return broken(`is no YAML: ${(error as Error).message.split('\n')[0]}`)
  }
}
