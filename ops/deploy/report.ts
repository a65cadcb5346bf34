import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import type { RunFolder } from '../artifacts.ts'
import { execute, readLogs, runOnce } from '../commands/docker.ts'
import type { Run } from '../deeds/run.ts'
import { FILES, unasked } from '../probes.ts'
import { certificatesIn } from '../probes/captured-certificates.ts'
import { type Hands, lettersBy, type Tool } from '../probes/hands.ts'
import { type About as ReportAbout, reportOf } from '../report/report.ts'
import type { Report } from '../report/schema.ts'
import { sealReport } from '../report/seal.ts'
import type { Settings } from '../settings.ts'
import { failureOf } from './deploy-part.ts'
import { originOf } from './live-site.ts'
import type { DeploySettings } from './read-settings.ts'
import { takeCaptures } from './captures.ts'
import { SLOTS, WORKERS } from './stack-steps.ts'

const LOG_LINES = 2000

type May = Pick<Hands, 'mayWrite' | 'mayEnqueue' | 'mayReachLimits' | 'jobsHost'>
type Where = { run: Run; environment: Settings['ENV'] }

/** What the probes may reach on the droplet, through the same shell as the deploy itself. */
export function handsOn({ run, environment }: Where, may: May): Hands {
  let taken: ReturnType<typeof takeCaptures> | undefined
  const tool: Tool = (words) => run(runOnce('migrate', 'node', ...words))
  // Once: all who judge by it judge the same.
  const captures = () => (taken ??= takeCaptures(run))
  return {
    async logs() {
      const read = await Promise.all([...SLOTS, ...WORKERS].map((name) => run(readLogs(name, LOG_LINES))))
      return read.map(({ stdout }) => stdout).join('\n')
    },
    letters: lettersBy(tool),
    captures,
    metrics: () => readMetrics(run),
    certificates: async () => certificatesIn(await captures(), environment),
    tool,
    ...may,
  }
}

/** No edge passes it on, so one of those who count is asked from inside. */
async function readMetrics(run: Run): Promise<string> {
  const { code, stdout, stderr } = await run(execute(SLOTS[0], 'containers/ask', METRICS))
  if (code === 0) return stdout
  throw new Error(
    `/metrics of ${SLOTS[0]} was not answered (code ${code}): ${stderr.trim() || stdout.trim()}`,
  )
}
const METRICS = 'http://127.0.0.1:8000/metrics'

/** What the questions take over there, in their order, for a dry run; a test holds it beside a run. */
export async function rehearseQuestions({
  logs,
  letters,
  tool,
  metrics,
  captures,
  mayWrite,
  mayEnqueue,
}: Hands): Promise<void> {
  await logs?.()
  await tool?.(['db/src/migrate.ts', 'status'])
  await tool?.(['db/schema-check.ts', '--print'])
  if (mayEnqueue) await tool?.(['db/src/ping.ts'])
  await metrics?.()
  if (mayWrite) await letters?.(somebody).catch(() => {})
  await captures?.()
  await tool?.(['db/src/mail.ts', 'status'])
  if (mayWrite) await tool?.(['db/src/person.ts', 'remove', somebody, '--reason', 'verify'])
}
const somebody = `verify-somebody@${SYNTHETIC_DOMAIN}`

/** Where there was nothing to ask, there is a report all the same: it says why, and what was not checked. */
export async function reportUnasked(folder: RunFolder, because: string, about: ReportAbout): Promise<Report> {
  await folder.forget(FILES)
  return sealReport(folder, reportOf(unasked(because), about), about.signWith)
}

/** What of a report is known before there is one; more of it as the run goes on. */
export type About = Omit<ReportAbout, 'site' | 'versions'>
/** How far it has come: what the questions have answered stays true, whatever happens after them. */
export type Told = { about: About; asked: Report | undefined }

/** R32: every end of a run leaves a report. */
export async function reportFailure(
  folder: RunFolder,
  failure: Error,
  read: DeploySettings,
  { about, asked }: Told,
): Promise<Report> {
  const told = {
    ...about,
    site: asked?.site ?? { url: originOf(read), address: null },
    versions: asked?.versions ?? { product: null, node: process.versions.node },
    failures: [...(about.failures ?? []), failureOf(failure)],
  }
  return asked
    ? sealReport(folder, reportOf(asked, told), about.signWith)
    : reportUnasked(folder, about.deploy ? BROKE_OFF : NOTHING_TO_ASK, told)
}
const NOTHING_TO_ASK = 'The deploy ended before there was anything to ask.'
const BROKE_OFF = 'The questions broke off.'
