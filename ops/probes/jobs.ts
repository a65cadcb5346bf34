import { isIP } from 'node:net'
import { z } from 'zod'
import { fail, type Finding, notChecked, pass } from './finding.ts'
import type { Tool } from './hands.ts'
import type { Probe } from './probe.ts'
import { bare, jsonOf, type Site } from './site.ts'
import { openVisitor } from './visitor.ts'

export const jobs: Probe = {
  name: 'jobs',
  file: 'jobs/jobs-ping.json',
  question: 'Is there a worker for what is put into the queue, and may strangers not put anything there?',
  next: 'look whether a worker runs and what it says: docker compose logs jobs, or .data/logs/jobs.log',
  async ask({ site, tool, mayEnqueue, hasEdge, jobsHost }) {
    const { status } = await openVisitor(site).post('/api/trpc/jobs.ping')
    if (status !== 401 && status !== 403)
      return fail(`A stranger’s ping was answered with ${status}.`, { status })
    const dashboard = hasEdge && hasName(site) ? await askDashboard(site, jobsHost) : undefined
    if (dashboard?.isOpen)
      return fail(`${dashboard.host} was answered with ${dashboard.status} to a stranger.`, { dashboard })
    const facts = { status, ...(dashboard && { dashboard }) }
    return tool && mayEnqueue ? sendPing(tool, facts) : lookForWorker(site, facts)
  },
}

const hasName = ({ origin }: Site): boolean => isIP(bare(origin.hostname)) === 0

const REFUSALS = [401, 403, 404, 421]
/** Of those that nobody has set up, the one that everybody tries first. */
const USUAL_LABEL = 'jobs'

/** Where it is switched on it wants a password, and where it is not there is none, under whatever name. */
async function askDashboard(site: Site, jobsHost: string | undefined) {
  const host = jobsHost ?? `${USUAL_LABEL}.${site.origin.hostname}`
  const port = site.origin.port ? `:${site.origin.port}` : ''
  const status = await site
    .as(`${site.origin.protocol}//${host}${port}`)
    .ask('/')
    .then(
      (answer) => answer.status,
      () => 'refused' as const,
    )
  return { host, status, isOpen: status !== 'refused' && !REFUSALS.includes(status) }
}

const ping = z.object({ ok: z.boolean(), state: z.string(), requestId: z.string(), tookMs: z.number() })

/** Through the queue to a worker and back. */
async function sendPing(tool: Tool, known: object): Promise<Finding> {
  const { code, stdout, stderr } = await tool(['db/src/ping.ts'])
  const told = ping.safeParse(lastJson(stdout)).data
  if (!told)
    return fail(`The ping could not be sent: ${stderr.trim() || `it ended with ${code}`}`, { ...known, code })
  const { tookMs, ...result } = told
  const facts = { ...known, ping: result }
  return told.ok
    ? pass(`A ping came back after ${tookMs} ms, and strangers are refused.`, facts, { timings: { tookMs } })
    : fail(`A ping did not come back within ${Math.round(tookMs / 1000)} s: it is ${told.state}.`, facts)
}

/** Without putting anything into the queue: what health says of whoever looks after it. */
async function lookForWorker(site: Site, known: object): Promise<Finding> {
  const jobsOk = jsonOf(await site.ask('/api/health'))['jobs_ok']
  const facts = { ...known, jobs_ok: jobsOk ?? null, ping: 'not sent' }
  if (jobsOk === false) return fail('No worker was seen for a minute: jobs_ok is false.', facts)
  return jobsOk === true
    ? pass('A worker was seen within the last minute, and strangers are refused; no ping was sent.', facts)
    : notChecked('Strangers are refused; no worker was seen yet, and no ping was sent.', facts)
}

function lastJson(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}
