import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { doWork } from '@latchkey/shared/proof-of-work'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import type { Hands } from './hands.ts'
import { type Answer, jsonOf, type Site } from './site.ts'
import { openVisitor, type Visitor } from './visitor.ts'

/** Somebody who is nobody: signs up as people do, and is taken away again when the run is over. */
export type Guest = {
  email: string
  /** Signs up and confirms the address, once, however often it is asked for. */
  arrive(site: Site): Promise<Arrival>
  /** Whether there is anybody to take away. */
  hasCome(): boolean
  signIn(visitor: Visitor, headers?: Readonly<Record<string, string>>): Promise<Answer>
  takeAway(): Promise<string>
}
export type Step = { name: string; status: number; ms: number }
export type Arrival = { visitor: Visitor; steps: Step[] } | { lacks: string }

const LETTER_PATIENCE_MS = 30_000

export function openGuest({ tool, letters, mayWrite }: Hands): Guest {
  const email = `verify-${randomBytes(8).toString('hex')}@${SYNTHETIC_DOMAIN}`
  const password = randomBytes(18).toString('base64url')
  let arrival: Promise<Arrival> | undefined
  let hasAsked = false

  async function arrive(site: Site): Promise<Arrival> {
    if (!mayWrite) return { lacks: 'Nobody was made: this run only reads (--mutating makes somebody).' }
    if (!tool) return { lacks: 'Needs a way to take the account away again: access to the database.' }
    if (!letters) return { lacks: 'Needs a way to read the letter: access to the outbox.' }
    const visitor = openVisitor(site)
    const steps: Step[] = []
    const done = (name: string, { status, ms, text }: Answer, wanted: number): void => {
      steps.push({ name, status, ms })
      if (status !== wanted)
        throw new Error(`${name} answered ${status}, not ${wanted}: ${text.slice(0, 200)}`)
    }
    done('csrf', await visitor.get('/api/auth/csrf'), 200)
    hasAsked = true
    const registered = await provingIt(visitor, 'register', { email, password })
    if (codeOf(registered) === 'CAPTCHA_REQUIRED') return { lacks: TOO_MANY }
    done('register', registered, 202)
    const startedAt = performance.now()
    const token = await linkIn(letters, email)
    steps.push({ name: 'letter', status: 200, ms: Math.round(performance.now() - startedAt) })
    done('verify', await visitor.post('/api/auth/verify-email', { token }), 200)
    return { visitor, steps }
  }

  return {
    email,
    arrive: (site) => (arrival ??= arrive(site)),
    hasCome: () => hasAsked,
    signIn: (visitor, headers) => provingIt(visitor, 'login', { email, password }, headers),
    async takeAway() {
      if (!tool) throw new Error('there is no way to take the account away')
      const { code, stdout, stderr } = await tool(['db/src/person.ts', 'remove', email, '--reason', 'verify'])
      if (stderr.includes(NOBODY)) return 'there was nobody'
      if (code !== 0) throw new Error(`${email} is still there: ${stderr.trim() || stdout.trim()}`)
      return stdout.trim()
    },
  }
}

/** As `npm run person` says it: the registration has failed before. */
const NOBODY = 'there is no such person'

const TOO_MANY =
  'The product takes this address for a robot after many registrations within the hour, and asks for a person. Wait an hour.'

/** Sends it, and once more with the work that was asked for, as a browser would. */
export async function provingIt(
  visitor: Visitor,
  act: 'login' | 'register',
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const path = `/api/auth/${act}`
  const first = await visitor.post(path, body, headers)
  if (codeOf(first) !== 'CAPTCHA_REQUIRED') return first
  const { challenge } = jsonOf(await visitor.post('/api/auth/captcha', { act }))
  const captchaToken = await doWork(String(challenge))
  return visitor.post(path, { ...body, captchaToken }, headers)
}

export function codeOf(answer: Answer): unknown {
  return answer.status >= 400 ? jsonOf(answer)['code'] : undefined
}

async function linkIn(letters: NonNullable<Hands['letters']>, email: string): Promise<string> {
  const giveUpAt = performance.now() + LETTER_PATIENCE_MS
  for (;;) {
    const token = /#token=([\w-]+)/.exec((await letters(email)) ?? '')?.[1]
    if (token) return token
    if (performance.now() > giveUpAt)
      throw new Error(
        `the letter was not written within ${LETTER_PATIENCE_MS / 1000} s: is a worker running?`,
      )
    await sleep(250)
  }
}
