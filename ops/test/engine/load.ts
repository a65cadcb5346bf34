import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { CLAIM_KEY } from './droplet.ts'
import { sleep } from '../../local/sleep.ts'

/** Fifty questions a second, reads and writes mixed, over connections that are kept, never asked again: what fails is told. */
export type Load = {
  stop(): Promise<{ asked: number; answered: number; written: number; failures: string[] }>
}
type Question = { method: 'GET' | 'PATCH'; path: string; body?: string; status: number }
type Cookies = { cookie: string; csrf: string }

const EVERY_MS = 20
/** Ten a second change something. One person may do that sixty times an hour, so there have to be some. */
const WRITE_EVERY = 5
const READS = ['/api/health', '/', '/login', '/api/auth/csrf', '/api/users/me'] as const

/** All of them sign in first, and it is their names that change, one after the other. */
export async function startLoad(origin: string, emails: string[], password: string): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const ask = askerOn(new URL(origin), agent)
  const people: Cookies[] = []
  for (const [at, email] of emails.entries())
    people.push(await signIn(ask, { email, password }, addressOf(at)))
  const failures: string[] = []
  const open = new Set<Promise<void>>()
  let [nth, answered, written] = [0, 0, 0]

  async function one({ method, path, body, status }: Question): Promise<void> {
    try {
      const somebody = people[Math.floor(nth / WRITE_EVERY) % people.length]
      const answer = await ask(method, path, { ...somebody, ...(body && { body }), address: addressOf(nth) })
      if (answer.status !== status)
        failures.push(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 80)}`)
      else if (method === 'PATCH') written += 1
      answered += 1
    } catch (error) {
      failures.push(`${method} ${path}: ${String(error)}`)
    }
  }
  const clock = setInterval(() => {
    const asked = one(questionOf((nth += 1)))
    open.add(asked)
    void asked.finally(() => open.delete(asked))
  }, EVERY_MS)

  return {
    async stop() {
      clearInterval(clock)
      await Promise.race([Promise.all(open), sleep(30_000)])
      failures.push(...Array.from(open, () => 'no answer within 30 s'))
      agent.destroy()
      return { asked: nth, answered, written, failures }
    },
  }
}

const questionOf = (nth: number): Question =>
  nth % WRITE_EVERY === 0
    ? {
        method: 'PATCH',
        path: '/api/users/me',
        body: JSON.stringify({ displayName: `Number ${nth}` }),
        status: 200,
      }
    : { method: 'GET', path: READS[nth % READS.length] ?? '/', status: 200 }

/** Of many people: one address alone may ask less than this. */
const addressOf = (nth: number): string => `198.18.0.${1 + (nth % 50)}`

type Given = Partial<Cookies> & { body?: string; address?: string }
type Answer = { status: number; text: string; cookies: string[] }
type Ask = (method: string, path: string, given?: Given) => Promise<Answer>

const askerOn =
  (origin: URL, agent: Agent): Ask =>
  (method, path, { cookie, csrf, body, address = '198.18.0.1' } = {}) =>
    new Promise((resolve, refuse) => {
      const headers = {
        ...{
          accept: path.startsWith('/api') ? 'application/json' : 'text/html',
          'x-forwarded-for': address,
          'x-claim-key': CLAIM_KEY,
        },
        ...(cookie && { cookie }),
        ...(csrf && method !== 'GET' && { 'x-csrf-token': csrf }),
        ...(body && { 'content-type': 'application/json' }),
      }
      const sent = request(new URL(path, origin), { method, headers, agent }, (response) => {
        text(response).then(
          (said) =>
            resolve({
              status: response.statusCode ?? 0,
              text: said,
              cookies: response.headers['set-cookie'] ?? [],
            }),
          refuse,
        )
      })
      sent.on('error', refuse)
      sent.end(body)
    })

type Known = { email: string; password: string }

async function signIn(ask: Ask, known: Known, address: string): Promise<Cookies> {
  const first = await ask('GET', '/api/auth/csrf', { address })
  const jar = new Map<string, string>()
  const keep = ({ cookies }: Answer) => {
    for (const line of cookies) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      jar.set(name, value)
    }
    return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }
  const csrfOf = ({ text: said }: Answer) => (JSON.parse(said) as { csrfToken: string }).csrfToken
  const before = { cookie: keep(first), csrf: csrfOf(first), address }
  const login = await ask('POST', '/api/auth/login', { ...before, body: JSON.stringify(known) })
  if (login.status !== 200) throw new Error(`the load cannot sign in: ${login.status} ${login.text}`)
  keep(login)
  const again = await ask('GET', '/api/auth/csrf', { cookie: keep(login), address })
  return { cookie: keep(again), csrf: csrfOf(again) }
}
