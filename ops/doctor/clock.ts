import type { Check } from '../checks/verdict.ts'

/** Codes of second factors and signed requests of a cloud forgive about this much. */
const MOST_SECONDS = 30
const PATIENCE_MS = 5000

/** Whether this clock goes like somebody else's: every answer over HTTP bears its date. */
export async function clockCheck(url: string): Promise<Check> {
  const before = Date.now()
  const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => undefined,
  )
  const date = Date.parse(answer?.headers.get('date') ?? '')
  if (Number.isNaN(date))
    return {
      name: 'clock',
      verdict: 'not-checked',
      says: `${new URL(url).host} does not say what time it is`,
    }
  const seconds = Math.round(Math.abs((before + Date.now()) / 2 - date) / 1000)
  return seconds <= MOST_SECONDS
    ? { name: 'clock', verdict: 'pass', says: `${seconds} s beside ${new URL(url).host}` }
    : {
        name: 'clock',
        verdict: 'warn',
        says: `${seconds} s beside ${new URL(url).host}`,
        next: 'timedatectl set-ntp true',
      }
}
