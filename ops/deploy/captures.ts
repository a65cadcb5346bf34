import { execute, readLogs, showCompose, showContainers } from '../commands/docker.ts'
import { listFolder, readFile } from '../commands/files.ts'
import { askDatabase } from '../commands/postgres.ts'
import { ConnectionFailed } from '../deeds/connection-failed.ts'
import type { Command, Run } from '../deeds/run.ts'
import { CAPTURED, type Captured, type CapturedFile, type Captures, joinFiles } from '../probes/captured.ts'
import { HIDDEN } from '../scrub.ts'
import { EDGE_FOLDER } from './stack-files.ts'

type Taking = (run: Run) => Promise<string>

const LOG_LINES = 500
/** An engine that hangs must not keep the rest from being taken. */
const PATIENCE_MS = 30_000

/** How each of them is taken. A throw says why not. */
const TAKINGS: Record<CapturedFile, Taking> = {
  'edge/compose-ps.txt': said(showContainers()),
  'edge/compose.yaml': said(readFile('compose.yaml')),
  'edge/compose-config.yaml': said(showCompose()),
  'edge/traefik-env.txt': async (run) => withoutValues(await said(execute('traefik', 'env'))(run)),
  'edge/traefik-static.yml': said(readFile(`${EDGE_FOLDER}/traefik.yml`)),
  'edge/traefik-dynamic.yml': watchedFiles,
  'edge/traefik-ls.txt': said(execute('traefik', 'ls', '-la', '-R', '/etc/traefik', '/acme')),
  'edge/traefik-logs.txt': logOf('traefik'),
  'jobs/jobs-health.json': json(execute('jobs', 'containers/ask', 'http://127.0.0.1:9400/health')),
  'jobs/jobs-queues.json': queues,
  'jobs/jobs.log': logOf('jobs'),
  'server/server-a.log': logOf('server-a'),
  'server/server-b.log': logOf('server-b'),
  'db/postgres.log': logOf('postgres'),
}

/** All of them, each for itself: what cannot be taken says why, and the next one is tried. */
export async function takeCaptures(run: Run): Promise<Captures> {
  const taken: Partial<Record<CapturedFile, Captured>> = {}
  let gone: Captured | undefined
  for (const file of CAPTURED)
    taken[file] =
      gone ??
      (await TAKINGS[file](run).then(
        (text): Captured => ({ text }),
        (error: unknown): Captured => {
          const because = { because: firstLineOf(error) }
          // Nobody is there any more, and each try would wait as long as the first.
          if (error instanceof ConnectionFailed) gone = because
          return because
        },
      ))
  return taken as Captures
}

const firstLineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

function said(command: Command, stdin = ''): Taking {
  return async (run) => {
    const { code, stdout, stderr } = await run(command, { stdin, timeoutMs: PATIENCE_MS })
    if (code === 0) return stdout
    const last = (stderr.trim() || stdout.trim()).split('\n').at(-1)
    throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}${last ? `: ${last}` : ''}`)
  }
}

function json(command: Command, stdin = ''): Taking {
  return async (run) => {
    const text = await said(command, stdin)(run)
    JSON.parse(text)
    return text
  }
}

/** Where something fails, half of what a program says stands on the other stream. */
function logOf(service: string): Taking {
  return async (run) => {
    const { code, stdout, stderr } = await run(readLogs(service, LOG_LINES), { timeoutMs: PATIENCE_MS })
    if (code === 0) return `${stdout}${stderr}`
    throw new Error(`the log of ${service} cannot be read: ${stderr.trim().split('\n').at(-1) ?? code}`)
  }
}

/** Every file of the folder that Traefik watches, also one that nobody here has written. */
async function watchedFiles(run: Run): Promise<string> {
  const folder = `${EDGE_FOLDER}/dynamic`
  const names = (await said(listFolder(folder))(run)).split('\n').filter(Boolean)
  const files = []
  for (const name of names)
    files.push({ path: `dynamic/${name}`, text: await said(readFile(`${folder}/${name}`))(run) })
  return joinFiles(files)
}

function queues(run: Run): Promise<string> {
  return json(askDatabase('postgres', 'latchkey'), QUEUES)(run)
}
const QUEUES = `select coalesce(json_agg(queue order by name), '[]') from (
  select name, policy, queued_count, active_count, deferred_count, failed_count, total_count, monitor_on, maintain_on
  from pgboss.queue) as queue;`

/** Which are set is evidence; what they are is nobody's business. */
const withoutValues = (environment: string): string =>
  [...environment.matchAll(/^(\w+)=(.*)$/gm)]
    .map(([, name = '', value = '']) => `${name}=${HARMLESS.has(name) ? value : HIDDEN}\n`)
    .join('')
const HARMLESS: ReadonlySet<string> = new Set(['PATH', 'HOME', 'HOSTNAME', 'PWD', 'TZ', 'LANG'])
