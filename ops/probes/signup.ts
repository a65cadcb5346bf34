import { judge, notChecked } from './finding.ts'
import type { Step } from './guest.ts'
import type { Probe } from './probe.ts'
import { type Answer, jsonOf } from './site.ts'
import { openVisitor, type Visitor } from './visitor.ts'

const MOST_MS = 2 * 60_000
/** What has to stand in the audit afterwards, in the owner's own words. */
const REMEMBERED = ['user.register', 'user.verify_email', 'user.login']

export const signupToDashboard: Probe = {
  name: 'signupToDashboardTimings',
  file: 'meta/signup-to-dashboard-timings.json',
  question: `Can somebody sign up, confirm the address and see the dashboard within ${MOST_MS / 60_000} minutes?`,
  next: 'do the same by hand in a browser; look whether the worker runs (npm run mail -- status)',
  async ask({ site, guest }) {
    const arrival = await guest.arrive(site)
    if ('lacks' in arrival) return notChecked(arrival.lacks)
    const { visitor } = arrival
    const steps: Step[] = [...arrival.steps]
    const wrong: string[] = []
    const take = (name: string, { status, ms }: Answer, wanted = 200): boolean => {
      steps.push({ name, status, ms })
      if (status !== wanted) wrong.push(`${name} answered ${status}, not ${wanted}`)
      return status === wanted
    }

    take('login', await guest.signIn(visitor))
    const me = await visitor.get('/api/users/me')
    if (take('me', me) && jsonOf(me)['email'] !== guest.email) wrong.push('me is somebody else')
    take('dashboard', await visitor.get('/dashboard', { headers: { accept: 'text/html' } }))
    const elsewhere = openVisitor(site)
    take('login elsewhere', await guest.signIn(elsewhere))
    take('revoke others', await visitor.post('/api/auth/sessions/revoke-others'))
    take('me elsewhere after that', await elsewhere.get('/api/users/me'), 401)
    const missing = await unremembered(visitor)
    if (missing.length > 0) wrong.push(`the audit does not know of ${missing.join(', ')}`)
    const held = visitor.shown()
    take('logout', await visitor.post('/api/auth/logout'))
    // As somebody who has copied the cookie: the browser itself has forgotten it.
    take('me after logout', await site.ask('/api/users/me', { headers: { cookie: held } }), 401)

    const totalMs = Math.round(steps.reduce((sum, { ms }) => sum + ms, 0))
    if (totalMs > MOST_MS) wrong.push(`it took ${Math.round(totalMs / 1000)} s`)
    return judge(
      wrong,
      `Signed up, confirmed, signed in, seen, thrown out elsewhere and signed out within ${(totalMs / 1000).toFixed(1)} s.`,
      { steps, remembered: REMEMBERED },
      { timings: { totalMs, ...Object.fromEntries(steps.map(({ name, ms }) => [name, ms])) } },
    )
  },
}

async function unremembered(visitor: Visitor): Promise<string[]> {
  const { events } = jsonOf(await visitor.get('/api/users/me/audit')) as { events?: { action: string }[] }
  const known = new Set(events?.map(({ action }) => action))
  return REMEMBERED.filter((action) => !known.has(action))
}
