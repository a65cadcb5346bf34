import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, notChecked, pass } from './finding.ts'
import type { Probe } from './probe.ts'

const PATIENCE_MS = 10_000

export const requestIdPropagation: Probe = {
  name: 'requestIdLogPropagation',
  file: 'meta/request-id-log-propagation.json',
  question: 'Does the id of a request come back with its answer, and stand in the logs?',
  next: 'ask for the logs by hand (docker compose logs server-a server-b), and look whether the edge forwards X-Request-Id',
  async ask({ site, logs }) {
    const id = `verify-${randomBytes(12).toString('hex')}`
    const answer = await site.ask('/api/health', { headers: { 'x-request-id': id } })
    if (answer.requestId !== id)
      return fail(`The answer carries ${answer.requestId ?? 'no id'} and not the one that was sent.`, { id })
    const odd = await site.ask('/api/health', { headers: { 'x-request-id': 'not "an" id' } })
    if (!odd.requestId || odd.requestId.includes('"'))
      return fail('An id that would break a log line was kept.', { id, kept: odd.requestId })
    if (!logs)
      return notChecked('The answer carries the id; looking for it in the logs needs access to them.', { id })
    const startedAt = performance.now()
    for (;;) {
      if ((await logs()).includes(id))
        return pass(
          'The id came back, and stands in the logs.',
          { id },
          { timings: { foundAfterMs: since(startedAt) } },
        )
      if (since(startedAt) > PATIENCE_MS) return fail('The id came back, but stands in no log.', { id })
      await sleep(250)
    }
  },
}

const since = (startedAt: number): number => Math.round(performance.now() - startedAt)
