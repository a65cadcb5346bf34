import { z } from 'zod'
import { healthOutput } from '@latchkey/shared/schemas/health'
import { fail, judge } from './finding.ts'
import type { Probe } from './probe.ts'
import { jsonOf, oneOf } from './site.ts'

/** What is added later is no fault of an older check. */
const health = z.looseObject(healthOutput.shape)

export const healthContract: Probe = {
  name: 'healthContractCheck',
  file: 'meta/health-contract-check.json',
  question: 'Does /api/health say what probes rely on, and that all is well?',
  next: 'read the log of the server: docker compose logs server-a, or .data/logs/server.log of a local run',
  async ask({ site }) {
    const answer = await site.ask('/api/health')
    const body = jsonOf(answer)
    const read = health.safeParse(body)
    if (!read.success)
      return fail(`health is not as it was promised: ${z.prettifyError(read.error)}`, {
        status: answer.status,
        body,
      })
    const { ok, db_ok } = read.data
    return judge(
      [
        ...(answer.status === 200 ? [] : [`it answered ${answer.status}`]),
        ...(ok ? [] : ['ok is false']),
        ...(db_ok ? [] : ['db_ok is false: the database does not answer']),
        ...(oneOf(answer.headers['cache-control']) === 'no-store' ? [] : ['somebody may store it']),
      ],
      'It answered 200 with ok and db_ok true.',
      { status: answer.status, body },
      { files: { 'api/api-health.json': body } },
    )
  },
}
