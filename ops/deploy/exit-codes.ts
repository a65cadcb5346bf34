import { CloudFailed } from '../deeds/cloud/cloud-failed.ts'
import { ConnectionFailed } from '../deeds/connection-failed.ts'
import { LockHeld, LockLost } from '../deeds/lock-holder.ts'
import { Unusable } from '../unusable.ts'
import { CredentialsMissing } from './credentials.ts'
import { NoDroplet } from './target.ts'

/** What a pipeline can tell apart without reading. docs/DEPLOY.md lists them. */
export const EXIT = { done: 0, failed: 1, refused: 2, credentials: 3, held: 4, unreachable: 5 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export function exitCodeOf(failure: unknown): ExitCode {
  if (failure instanceof LockHeld || failure instanceof LockLost) return EXIT.held
  if (failure instanceof Unusable) return EXIT.refused
  if (failure instanceof ConnectionFailed)
    return failure.why.startsWith('key-') ? EXIT.credentials : EXIT.unreachable
  if (failure instanceof NoDroplet) return EXIT.unreachable
  if (failure instanceof CredentialsMissing) return EXIT.credentials
  if (failure instanceof CloudFailed && failure.why === 'credentials') return EXIT.credentials
  return EXIT.failed
}
