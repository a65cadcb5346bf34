import type { Advice } from '../launch/advice.mjs'
/** The answer to one question about a place. What could not be asked is neither well nor ill. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'not-checked'
export type Check = { name: string; verdict: Verdict; says: string; next?: string }

const SIGNS: Record<Verdict, string> = { pass: '✓', warn: '!', fail: '✗', 'not-checked': '·' }

export const linesOfChecks = (checks: readonly Check[]): string[] =>
  checks.flatMap(({ name, verdict, says, next }) => [
    `${SIGNS[verdict]} ${name.padEnd(22)} ${says}`,
    ...(next === undefined ? [] : [`    Next: ${next}`]),
  ])

export const tallyOf = (checks: readonly Check[]): string =>
  (['pass', 'warn', 'fail', 'not-checked'] as const)
    .map((verdict) => `${checks.filter((check) => check.verdict === verdict).length} ${verdict}`)
    .join(', ')

/** What it says, and what it says to do next. */
export function partsOf({ message }: Advice): { says: string; next: string } {
  const [says = '', next = ''] = message.split(/\n?Next: /)
  return { says: says.replaceAll('\n', ' '), next: next.replaceAll(/\s*\n\s*/g, ' ') }
}
