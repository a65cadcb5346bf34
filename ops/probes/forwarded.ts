import { judge, notChecked } from './finding.ts'
import type { Guest } from './guest.ts'
import type { Probe } from './probe.ts'
import { jsonOf } from './site.ts'
import type { Visitor } from './visitor.ts'

/** Of a range that is nobody's (RFC 5737), in every header that some proxy somewhere believes. */
const ELSEWHERE = '203.0.113.77'
const FORGED = {
  'x-forwarded-for': `${ELSEWHERE}, ${ELSEWHERE}`,
  'x-real-ip': ELSEWHERE,
  forwarded: `for=${ELSEWHERE};proto=https`,
  'true-client-ip': ELSEWHERE,
  'cf-connecting-ip': ELSEWHERE,
  'x-client-ip': ELSEWHERE,
}

export const forgedForwarding: Probe = {
  name: 'forgedForwarding',
  file: 'meta/forged-forwarding.json',
  question: 'Does a caller who says to be elsewhere stay where they are?',
  next: 'look at TRUSTED_PROXIES of the server and at forwardedHeaders of the edge: whoever forges one gets a limit of their own',
  async ask({ site, guest }) {
    const arrival = await guest.arrive(site).catch(() => undefined)
    if (!arrival) return notChecked('Nobody could sign up: see signupToDashboardTimings.')
    if ('lacks' in arrival) return notChecked(arrival.lacks)
    const visitor = arrival.visitor.at(site)
    const plain = await seenFrom(guest, visitor, {})
    const forged = await seenFrom(guest, visitor, FORGED)
    return judge(
      [
        ...(plain === undefined ? ['the product does not say where somebody signed in from'] : []),
        ...(plain === forged ? [] : [`it believed a forged header: ${plain} became ${forged}`]),
      ],
      'Signed in with forged headers, and was seen where it was.',
      { plain, forged, headers: Object.keys(FORGED) },
    )
  },
}

/** Where the product saw the sign-in come from, as it tells its owner. */
async function seenFrom(
  guest: Guest,
  visitor: Visitor,
  headers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { status } = await guest.signIn(visitor, headers)
  if (status !== 200) throw new Error(`login answered ${status}`)
  const { sessions } = jsonOf(await visitor.get('/api/auth/sessions')) as { sessions?: Seen[] }
  return sessions?.find(({ current }) => current)?.ipMasked ?? undefined
}
type Seen = { current: boolean; ipMasked: string | null }
