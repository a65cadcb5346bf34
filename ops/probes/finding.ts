/** What a probe says: whether it holds, in one plain sentence why, and what it saw. */
export type Verdict = 'pass' | 'fail' | 'not-checked'
export type Facts = Record<string, unknown>
export type Finding = {
  verdict: Verdict
  because: string
  facts: Facts
  timings?: Timings
  /** Beside the answer's own file: what was fetched, as it came. */
  files?: Record<string, unknown>
}
/** Milliseconds, or how many of them there were. */
export type Timings = Record<string, number>
type More = Pick<Finding, 'timings' | 'files'>

export const pass = (because: string, facts: Facts = {}, more: More = {}): Finding => ({
  verdict: 'pass',
  because,
  facts,
  ...more,
})
export const fail = (because: string, facts: Facts = {}, more: More = {}): Finding => ({
  verdict: 'fail',
  because,
  facts,
  ...more,
})
/** Says what it would need. */
export const notChecked = (because: string, facts: Facts = {}, more: More = {}): Finding => ({
  verdict: 'not-checked',
  because,
  facts,
  ...more,
})

/** Fails with the first few of what is wrong, and all of it among the facts. */
export function judge(wrong: readonly string[], right: string, facts: Facts = {}, more: More = {}): Finding {
  if (wrong.length === 0) return pass(right, facts, more)
  const others = wrong.length - 3
  const because = `${wrong.slice(0, 3).join('; ')}${others > 0 ? `; and ${others} more` : ''}.`
  return fail(because, { ...facts, wrong }, more)
}
