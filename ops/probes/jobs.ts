import { z } from 'zod'
import { fail, notChecked, pass } from './finding.ts'
import type { Probe } from './probe.ts'
import { openVisitor } from './visitor.ts'

const ping = z.object({ ok: z.boolean(), state: z.string(), requestId: z.string(), tookMs: z.number() })

export const jobs: Probe = {
  name: 'jobs',
  file: 'jobs/jobs-ping.json',
  question: 'Does a worker take what is put into the queue, and may strangers not put anything there?',
  next: 'look whether a worker runs and what it says: docker compose logs jobs, or .data/logs/jobs.log',
  async ask({ site, tool }) {
    const { status } = await openVisitor(site).post('/api/trpc/jobs.ping')
    if (status !== 401 && status !== 403)
      return fail(`A stranger’s ping was answered with ${status}.`, { status })
    if (!tool)
      return notChecked('Strangers are refused; sending a ping needs access to the queue.', { status })
    const { code, stdout, stderr } = await tool(['db/src/ping.ts'])
    const told = ping.safeParse(lastJson(stdout)).data
    if (!told)
      return fail(`The ping could not be sent: ${stderr.trim() || `it ended with ${code}`}`, { code })
    const { tookMs, ...facts } = told
    return told.ok
      ? pass(`A ping came back after ${tookMs} ms, and strangers are refused.`, facts, {
          timings: { tookMs },
        })
      : fail(`A ping did not come back within ${Math.round(tookMs / 1000)} s: it is ${told.state}.`, facts)
  },
}

function lastJson(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}
