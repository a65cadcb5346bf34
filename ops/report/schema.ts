import { z } from 'zod'

/**
 * The report as it is published (`post-deploy-report.schema.json`). Names and keys stay as they are; what is new is added,
 * and a change that would surprise a reader raises the version. 2: the fingerprint is one of all settings, and a report says
 * who ran it.
 */
export const SCHEMA_VERSION = 2
/** An earlier run can still be judged. */
const READABLE = [1, SCHEMA_VERSION] as const

/** Each of them stands in every report, if only to say that it was not checked. */
export const BLOCKS = [
  'smoke',
  'healthContractCheck',
  'healthTimings',
  'openApiContractCheck',
  'guardedEndpointsCheck',
  'securityHeaders',
  'adminHostPathGuard',
  'hostAllowList',
  'openPorts',
  'requestIdLogPropagation',
  'schemaCompatCheck',
  'jobs',
  'metrics',
  'signupToDashboardTimings',
  'loginTimings',
  'forgedForwarding',
  'limits',
  'portsAndRoutes',
  'tlsAcmeGuard',
  'mail',
  'syntheticUserRemoval',
  'artifactCompletenessCheck',
] as const
export type BlockName = (typeof BLOCKS)[number]

const instant = z.iso.datetime()
const milliseconds = z.number().min(0)
const verdict = z.enum(['pass', 'fail', 'not-checked'])

const block = z
  .strictObject({
    verdict,
    because: z.string().min(1).describe('One plain sentence.'),
    question: z.string().min(1),
    next: z.string().min(1).describe('What to do when it fails.'),
    artifact: z.string().min(1).describe('Its own file, in the run folder.'),
    tookMs: milliseconds,
    facts: z.record(z.string(), z.unknown()),
    timings: z.record(z.string(), z.number()).optional(),
    requestIds: z
      .array(z.string())
      .describe('Of the requests that were sent for it, to be found in the logs.'),
  })
  .meta({ id: 'Block' })
export type Block = z.infer<typeof block>

const release = z
  .strictObject({
    commit: z.string(),
    image: z.string(),
    digest: z.string().nullable().describe('The id of the image over there.'),
  })
  .meta({ id: 'Release' })

/** What only a deploy can tell. */
const deploy = z.strictObject({
  environment: z.enum(['staging', 'prod']),
  branch: z.string(),
  reason: z.string().describe('Why it was this mode.'),
  release: release.nullable(),
  previous: release.nullable(),
  migrations: z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }),
  configFingerprint: z
    .string()
    .nullable()
    .describe(
      'A hash of all settings of the deploy, of the processes and of the edge; no setting stands in it.',
    ),
  engine: z
    .strictObject({ docker: z.string().nullable(), compose: z.string().nullable() })
    .optional()
    .describe('Their versions on the droplet.'),
  backup: z.strictObject({ file: z.string(), verified: z.boolean(), because: z.string() }).nullable(),
  steps: z.array(z.strictObject({ name: z.string(), verdict, because: z.string(), tookMs: milliseconds })),
  rollback: z.strictObject({
    decision: z.enum(['not-needed', 'done', 'failed', 'refused-by-schema', 'switched-off']),
    because: z.string(),
  }),
  logExcerpt: z.string().nullable().describe('The last lines of what failed.'),
})

export const reportSchema = z
  .strictObject({
    schemaVersion: z.literal(READABLE),
    success: z.boolean(),
    mode: z.enum(['verify', 'folder', 'full', 'update-only', 'rollback']),
    strict: z.boolean().describe('Whether what was not checked counts as failed.'),
    site: z.strictObject({ url: z.string(), address: z.string().nullable() }),
    commit: z.string().nullable().describe('Of what runs, where it is known; else null.'),
    versions: z.strictObject({ product: z.string().nullable(), node: z.string() }),
    by: z
      .strictObject({ operator: z.string(), host: z.string(), message: z.string() })
      .optional()
      .describe('Who has deployed, from which machine, and why (--message).'),
    startedAt: instant,
    finishedAt: instant,
    durations: z.strictObject({
      totalMs: milliseconds,
      fullMs: milliseconds
        .nullable()
        .describe(
          'Of the last full deploy where nothing ran before, up to its questions, without the cloud, the watch and the suites.',
        ),
      updateOnlyMs: milliseconds.nullable(),
      savedPercent: z.number().nullable(),
    }),
    failures: z.array(z.strictObject({ name: z.string(), because: z.string(), next: z.string() })),
    notChecked: z.array(z.strictObject({ name: z.string(), because: z.string() })),
    ...(Object.fromEntries(BLOCKS.map((name) => [name, block])) as Record<BlockName, typeof block>),
    deploy: deploy.optional(),
    signature: z
      .strictObject({ file: z.string().nullable(), because: z.string() })
      .optional()
      .describe('Where the signature of this very file is, or why there is none.'),
  })
  .meta({ title: 'Post-deploy report' })
export type Report = z.infer<typeof reportSchema>
export type DeployPart = NonNullable<Report['deploy']>
