import { createHash } from 'node:crypto'
import type { DeployPart, Report } from '../report/schema.ts'
import type { Settings } from '../settings.ts'
import type { EdgeParts } from './edge-settings.ts'
import { StepFailed } from './ground.ts'
import type { StepDone } from './progress.ts'
import type { Release } from './releases.ts'
import { imageOf } from './stack-steps.ts'
import type { Updated } from './update.ts'

type Told = { reason: string; steps: readonly StepDone[]; edge: EdgeParts }

/** What only a deploy can tell, for the report. */
export function deployPartOf(so: Updated, settings: Settings, { reason, steps, edge }: Told): DeployPart {
  return {
    environment: settings.ENV,
    branch: settings.DO_APP_BRANCH,
    reason,
    release: so.release ? releaseOf(so.release) : null,
    previous: so.previous ? releaseOf(so.previous) : null,
    migrations: so.migrations,
    configFingerprint: fingerprintOf(edge.files.map(({ text }) => text)),
    backup: so.backup ?? null,
    steps: steps.map(stepOf),
    rollback: so.rollback,
    logExcerpt: so.failure instanceof StepFailed && so.failure.excerpt ? so.failure.excerpt : null,
  }
}

const releaseOf = (release: Release) => ({
  commit: release.commit,
  image: imageOf(release.tag),
  digest: null,
})

const stepOf = ({ name, outcome, seconds }: StepDone) => ({
  name,
  verdict: outcome === 'done' ? ('pass' as const) : ('fail' as const),
  because: outcome === 'done' ? 'It was done.' : 'It failed.',
  tookMs: Math.round(seconds * 1000),
})

/** Whether two deploys had the same settings can be told from it, and no setting. */
const fingerprintOf = (files: readonly string[]): string =>
  createHash('sha256').update(files.join('\0')).digest('hex').slice(0, 16)

export const failureOf = ({ failure }: Updated): Report['failures'] =>
  failure ? [{ name: 'deploy', because: failure.message.split('\n')[0] ?? '', next: NEXT }] : []
const NEXT =
  'docs/DEPLOY.md says what each failure looks like and what to type; logExcerpt has the last lines'
