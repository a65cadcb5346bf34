/** Something that is wrong before a deploy begins: where, what, and what to type next. */
export type Finding = { level: 'error' | 'warning'; where: string; what: string; next: string }

type Told = Omit<Finding, 'level'>
export const wrong = (where: string, what: string, next: string): Finding => ({
  level: 'error',
  where,
  what,
  next,
})
export const doubtful = (told: Told): Finding => ({ level: 'warning', ...told })

export const linesOf = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ level, where, what, next }) => [
    `${level === 'error' ? '✗' : '!'} ${where}: ${what}`,
    `    Next: ${next}`,
  ])

/** The same thing found in two slots is one thing to mend. */
export function oncePerFault(findings: readonly Finding[]): Finding[] {
  const byFault = Map.groupBy(findings, ({ level, what, next }) => JSON.stringify([level, what, next]))
  return [...byFault.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, where: [first, ...others].map(({ where }) => where).join(', ') }] : [],
  )
}
