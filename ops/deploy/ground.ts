import type { Source } from '@latchkey/shared/env'
import type { Run } from '../deeds/run.ts'
import type { Settings } from '../settings.ts'
import type { Progress } from './progress.ts'

/** What every step of a deploy stands on. */
export type Ground = {
  settings: Settings
  /** On the droplet, in the folder of the checkout. */
  run: Run
  progress: Progress
  /** Whatever is said from now on, these are not. */
  hide: (secrets: readonly string[]) => void
  /** The settings of the processes, without secrets, as the operator's file has them. */
  processSettings: Source
  /** WEBSITE_DOMAIN typed once more: without it no certificate is asked for that the world believes. */
  typedHost: string | undefined
  /** Somebody wants it to end. What is under way is ended, and what was touched is brought back. */
  stop: AbortSignal
}

/** A step that a command refused to take. What it said last is what a person needs. */
export class StepFailed extends Error {
  readonly excerpt: string
  constructor(what: string, said: string) {
    super(what)
    this.name = 'StepFailed'
    this.excerpt = said.trimEnd().split('\n').slice(-LINES).join('\n')
  }
}
const LINES = 200
