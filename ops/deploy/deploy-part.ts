import { z } from 'zod'
import { Advice } from '../launch/advice.mjs'
import type { DeployPart, Report } from '../report/schema.ts'
import type { EdgeParts } from './edge-settings.ts'
import type { EngineFacts } from './engine.ts'
import { fingerprintOf } from './fingerprint.ts'
import { StepFailed } from './ground.ts'
import type { StepDone } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import type { Release } from './releases.ts'
import { imageOf } from './stack-steps.ts'
import type { Updated } from './update.ts'

type Told = { reason: string; steps: readonly StepDone[]; edge: EdgeParts; engine: EngineFacts }

/** What only a deploy can tell, for the report. */
export function deployPartOf(
  so: Updated,
  read: DeploySettings,
  { reason, steps, edge, engine }: Told,
): DeployPart {
  const { settings } = read
  return {
    environment: settings.ENV,
    branch: settings.DO_APP_BRANCH,
    reason,
    release: so.release ? releaseOf(so.release, engine) : null,
    previous: so.previous ? releaseOf(so.previous, engine) : null,
    migrations: so.migrations,
    configFingerprint: fingerprintOf(read, edge),
    engine: engine.versions,
    backup: so.backup ?? null,
    steps: steps.map(stepOf),
    rollback: so.rollback,
    logExcerpt: so.failure instanceof StepFailed && so.failure.excerpt ? so.failure.excerpt : null,
  }
}

const releaseOf = ({ commit, tag }: Release, { digestOf }: EngineFacts) => ({
  commit,
  image: imageOf(tag),
  digest: digestOf(tag),
})

const stepOf = ({ name, outcome, seconds }: StepDone) => ({
  name,
  verdict: outcome === 'done' ? ('pass' as const) : ('fail' as const),
  because: outcome === 'done' ? 'It was done.' : 'It failed.',
  tookMs: Math.round(seconds * 1000),
})

/** The cause in one line, and what to do about it where it says so itself. */
export function failureOf(failure: Error): Report['failures'][number] {
  const [because = '', ...rest] = sentencesOf(failure)
  const next = failure instanceof Advice ? rest.at(-1)?.replace(/^Next: /, '') : undefined
  return { name: 'deploy', because: because || failure.name, next: next ?? NEXT }
}
const NEXT =
  'docs/DEPLOY.md says what each failure looks like and what to type; logExcerpt has the last lines'

/** Whoever reads an answer that is not as it should be is told by its schema, and that is no sentence. */
function sentencesOf(failure: Error): string[] {
  if (!(failure instanceof z.ZodError)) return failure.message.trim().split('\n')
  const where = z.prettifyError(failure).replaceAll(/\s*\n\s*/g, ' ')
  return [`What was answered is not what a deploy expects: ${where}`]
}
