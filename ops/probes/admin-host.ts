import { judge, notChecked } from './finding.ts'
import type { Probe } from './probe.ts'

/** Nothing but /admin and its files lives there. */
const CLOSED = [
  '/',
  '/dashboard',
  '/api/health',
  '/api/auth/me',
  '/v1/auth/me',
  '/internal/health',
  '/metrics',
  '/administrator',
]
const REFUSALS = [401, 403, 404, 421]

const LACKS = 'Needs the name of the admin host: --admin-host NAME, or in a deploy ADMIN_BASIC_AUTH.'

export const adminHostPathGuard: Probe = {
  name: 'adminHostPathGuard',
  file: 'meta/admin-host-path-guard.json',
  question: 'Does the admin host refuse every path but /admin, and /admin to strangers?',
  next: 'look at the admin router of the edge: its rule has to name the host and the path',
  async ask({ site, adminHost }) {
    if (!adminHost) return notChecked(LACKS)
    const admin = site.as(besideOf(site.origin, adminHost))
    const asked = []
    for (const path of CLOSED) {
      const { status } = await admin.ask(path)
      asked.push({ path, status, refused: REFUSALS.includes(status) })
    }
    const { status } = await admin.ask('/admin', { headers: { accept: 'text/html' } })
    asked.push({ path: '/admin', status, refused: status === 401 || status === 403 })
    return judge(
      asked
        .filter(({ refused }) => !refused)
        .map(({ path, status }) => `${path} answered ${status} to a stranger`),
      `${adminHost} refused a stranger ${asked.length} times.`,
      { adminHost, asked },
    )
  },
}

/** At the same port, where none is said. */
function besideOf({ protocol, port }: URL, host: string): string {
  const beside = new URL(`${protocol}//${host}`)
  beside.port ||= port
  return beside.origin
}
