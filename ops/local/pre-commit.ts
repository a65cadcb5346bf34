import { runCommand } from './command.ts'
import { type Ended, runTool } from './proof/tool.ts'
import { say, secondsSince } from './say.ts'

const LINT = ['oxlint', '--type-aware', '--deny-warnings', '--no-error-on-unmatched-pattern']
const TYPES = ['node', 'ops/local/typecheck.ts']

/** The hook before a commit: staged files are put in form, and what is wrong with them keeps the commit back. */
await runCommand(async (stop) => {
  const startedAt = Date.now()
  const staged = await changed('--cached', '--diff-filter=ACMR')
  const inPart = new Set(await changed())
  // A file of which only some lines are staged keeps its form, whatever it is: to write it would stage the rest.
  const whole = staged.filter((path) => !inPart.has(path))
  await putInForm(whole)
  const broken = (await Promise.all(checksOf(staged, whole).map(check))).filter(({ code }) => code !== 0)
  for (const { what, output } of broken) say(`✗ ${what}\n${output.trimEnd()}\n`)
  if (broken.length > 0) say('Nothing was committed. Mend it, git add, and commit again.')
  else say(`✓ ${staged.length} staged files look right (${secondsSince(startedAt)})`)
  process.exitCode = broken.length > 0 ? 1 : 0

  async function changed(...filters: string[]): Promise<string[]> {
    const { output } = await run(['git', 'diff', '--name-only', '-z', ...filters])
    return output.split('\0').filter(Boolean)
  }

  async function putInForm(paths: string[]): Promise<void> {
    if (paths.length === 0) return
    await run(['prettier', '--write', '--ignore-unknown', '--log-level', 'silent', ...paths])
    await run(['git', 'add', '--', ...paths])
  }

  async function check({ what, command }: Check): Promise<Ended & { what: string }> {
    return { what, ...(await run(command)) }
  }

  function run(command: string[]): Promise<Ended> {
    return runTool(command, { shown: false }, stop)
  }
})

type Check = { what: string; command: string[] }

function checksOf(staged: string[], whole: string[]): Check[] {
  const code = staged.filter((path) => /\.(ts|tsx|js|mjs)$/.test(path))
  const marks = ['git', 'diff', '--cached', '--check']
  const form = ['prettier', '--check', '--ignore-unknown', ...whole]
  return [
    { what: 'trailing white space or conflict marks', command: marks },
    ...(whole.length > 0 ? [{ what: 'what prettier cannot read', command: form }] : []),
    ...(code.length > 0 ? [{ what: 'what oxlint says', command: [...LINT, ...code] }] : []),
    ...(code.length > 0 ? [{ what: 'what does not fit its type', command: TYPES }] : []),
  ]
}
