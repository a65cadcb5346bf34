import { randomBytes } from 'node:crypto'
import { fail, type Finding, notChecked, pass } from './finding.ts'
import { codeOf, provingIt } from './guest.ts'
import type { Probe } from './probe.ts'
import { type Answer, oneOf, type Site } from './site.ts'
import { openVisitor, type Visitor } from './visitor.ts'

/** Above what one sign-in may ask for in a minute. */
const RENEWALS_MOST = 40
const GUESSES_MOST = 8

/**
 * Renewing a sign-in is counted by that sign-in alone, so reaching that limit keeps nobody else waiting. Wrong guesses are
 * counted by address, which others may share: they are made only where somebody asked for it.
 */
export const limits: Probe = {
  name: 'limits',
  file: 'meta/limits.json',
  question: 'Does somebody who asks too often get to wait?',
  next: 'look at RATE_LIMITS, and whether Redis or Postgres counts: redis_ok in /api/health',
  async ask({ site, guest, mayReachLimits }) {
    const arrival = await guest.arrive(site).catch(() => undefined)
    if (!arrival) return notChecked('Nobody could sign up: see signupToDashboardTimings.')
    if ('lacks' in arrival) return notChecked(arrival.lacks)
    const visitor = arrival.visitor.at(site)
    await guest.signIn(visitor)
    const renewals = await renewUntilRefused(visitor)
    const told = { renewals: renewals.count, renewalRefusal: refusalOf(renewals.last) }
    if (!isWait(renewals.last))
      return fail(`${renewals.count} renewals of one sign-in within a minute were not refused.`, told)
    if (!mayReachLimits)
      return pass(
        `Renewal ${renewals.count} of one sign-in was told to wait. Wrong guesses were not made (--limits).`,
        told,
      )
    return guessUntilRefused(site, renewals.count, told)
  },
}

async function renewUntilRefused(visitor: Visitor): Promise<{ count: number; last: Answer }> {
  for (let count = 1; ; count += 1) {
    const last = await visitor.post('/api/auth/refresh')
    if (last.status !== 200 || count === RENEWALS_MOST) return { count, last }
  }
}

/** About somebody who is not there. */
async function guessUntilRefused(site: Site, renewals: number, told: object): Promise<Finding> {
  const visitor = openVisitor(site)
  const email = `nobody-${randomBytes(8).toString('hex')}@nowhere.invalid`
  for (let count = 1; count <= GUESSES_MOST; count += 1) {
    const answer = await provingIt(visitor, 'login', {
      email,
      password: randomBytes(18).toString('base64url'),
    })
    const facts = { ...told, guesses: count, guessRefusal: refusalOf(answer) }
    if (isWait(answer))
      return pass(
        `Wrong guess ${count} was told to wait, and so was renewal ${renewals} of one sign-in.`,
        facts,
      )
    if (answer.status !== 401 && codeOf(answer) !== 'CAPTCHA_REQUIRED')
      return fail(`A wrong guess was answered with ${answer.status}.`, facts)
  }
  return fail(`${GUESSES_MOST} wrong guesses were not refused.`, { ...told, guesses: GUESSES_MOST })
}

const isWait = ({ status, headers }: Answer): boolean =>
  status === 429 && Number(oneOf(headers['retry-after'])) > 0

const refusalOf = ({ status, headers }: Answer) => ({
  status,
  retryAfter: oneOf(headers['retry-after']) ?? null,
})
