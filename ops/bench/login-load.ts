import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import { AGENT } from './town.ts'

/** Cheap on purpose: what the load costs is taken from what it measures. */
const agent = new Agent({ keepAlive: true })

/** After a long pause: the server may be about to close what has been idle. */
export const forgetConnections = (): void => agent.destroy()

type Question = { method?: string; headers: Record<string, string>; body?: string }

/** Reads the answer and forgets it. */
function statusOf(url: string, { method = 'GET', headers, body }: Question): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers: { ...AGENT, ...headers } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
    asked.on('error', reject).end(body)
  })
}

/**
 * Asks at a steady pace, whether the answers keep up or not. How long each took is counted from the moment it was
 * meant to be sent: who is late because the one before was slow has waited too.
 */
export function readSteadily(url: string, { cookie, ...pace }: { cookie: string } & Pace): Promise<number[]> {
  return askSteadily(pace, () => statusOf(url, { headers: { cookie } }))
}

/** Right logins in the same way, of one after the other. */
export function signInSteadily(
  url: string,
  { csrfToken, emails, ...pace }: { csrfToken: string; emails: string[] } & Pace,
): Promise<number[]> {
  return askSteadily(pace, (nth) =>
    statusOf(url, { method: 'POST', headers: loginHeaders(csrfToken), body: loginOf(emails, nth) }),
  )
}

type Pace = { perSecond: number; seconds: number }

async function askSteadily(
  { perSecond, seconds }: Pace,
  ask: (nth: number) => Promise<number>,
): Promise<number[]> {
  const begun = performance.now()
  const asked: Promise<number>[] = []
  for (let nth = 0; nth < perSecond * seconds; nth += 1) {
    const due = begun + (nth * 1000) / perSecond
    await sleep(Math.max(0, due - performance.now()))
    asked.push(requireOk(ask(nth)).then(() => performance.now() - due))
  }
  return Promise.all(asked)
}

const loginHeaders = (csrfToken: string) => ({
  'content-type': 'application/json',
  'x-csrf-token': csrfToken,
  cookie: `latchkey_csrf=${csrfToken}`,
})

const loginOf = (emails: string[], nth: number): string =>
  JSON.stringify({ email: emails[nth % emails.length], password: DEMO_PASSWORD })

/** Right logins without pause, each as a browser that was never here. Stops when told, and says how many got in. */
export function startStorm(url: string, { csrfToken, emails }: { csrfToken: string; emails: string[][] }) {
  let count = 0
  let isOver = false
  const headers = loginHeaders(csrfToken)
  const client = async (own: string[]) => {
    for (let nth = 0; !isOver; nth += 1) {
      await requireOk(statusOf(url, { method: 'POST', headers, body: loginOf(own, nth) }))
      count += 1
    }
  }
  const clients = Promise.all(emails.map(client))
  return {
    count: () => count,
    async end() {
      isOver = true
      await clients
    },
  }
}

async function requireOk(status: Promise<number>): Promise<void> {
  const code = await status
  if (code !== 200) throw new Error(`answered ${code}`)
}
