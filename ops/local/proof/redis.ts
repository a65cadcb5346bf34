import { hasApt, installWithApt } from './apt.ts'
import { findOnPath } from './find-on-path.ts'
import { missing, type Outcome } from './outcome.ts'

/** Tests start a `redis-server` of their own, the one on this machine; here it is made sure that there is one. */
export async function ensureRedis(stop: AbortSignal): Promise<Outcome> {
  if (!findOnPath('redis-server')) await installWithApt(['redis-server'], stop)
  if (findOnPath('redis-server')) return { passed: 0, failed: 0, skipped: 0 }
  return missing('there is no redis-server on this machine', advice(), process.env['CI'] === 'true')
}

const advice = (): string =>
  hasApt()
    ? 'sudo apt-get install -y redis-server, then npm test again'
    : 'install redis-server (macOS: brew install redis), then npm test again'
