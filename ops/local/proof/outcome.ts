/** What a part found, in tests. A part that looks at the files only is one test. */
export type Outcome = {
  passed: number
  failed: number
  skipped: number
  /** What is worth reading: all that a failing tool said. */
  output?: string
  notRun?: { why: string; next: string }
}

export const passed: Outcome = { passed: 1, failed: 0, skipped: 0 }
export const failed = (output: string): Outcome => ({ passed: 0, failed: 1, skipped: 0, output })

/** Somebody chose so. */
export const skipped = (why: string, next: string): Outcome => ({
  passed: 0,
  failed: 0,
  skipped: 1,
  notRun: { why, next },
})

/** Nobody chose so: a person may go on without it, CI may not. */
export const missing = (why: string, next: string, isCi: boolean): Outcome =>
  isCi ? { passed: 0, failed: 1, skipped: 0, notRun: { why, next } } : skipped(why, next)

export function notRun(outcomes: [string, Outcome][]): string[] {
  return outcomes.flatMap(([name, { notRun }]) =>
    notRun ? [`Not run: ${name}: ${notRun.why}. To run it: ${notRun.next}`] : [],
  )
}

export function closingLineOf(outcomes: Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0)
  const [good, bad, left] = [sum((one) => one.passed), sum((one) => one.failed), sum((one) => one.skipped)]
  return `${good} passed, ${bad} failed, ${left} skipped`
}
