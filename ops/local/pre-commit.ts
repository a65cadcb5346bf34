import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../launch/places.mjs'
import { runCommand } from './command.ts'
import { runTool } from './proof/tool.ts'
import { say, secondsSince } from './say.ts'

/** The hook before a commit: staged files are put in form, and what is wrong with them keeps the commit back. */
await runCommand(async (stop) => {
  const startedAt = Date.now()
  const run = (command: string[]) => runTool(command, { shown: false }, stop)
  const staged = await list(['git', 'diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z'])
  const halfStaged = new Set(await list(['git', 'diff', '--name-only', '-z']))
  const whole = staged.filter((path) => !halfStaged.has(path) && existsSync(join(ROOT, path)))

  // A file of which only some lines are staged keeps its form: to write it would stage the rest.
  if (whole.length > 0) {
    await run(['prettier', '--write', '--ignore-unknown', '--log-level', 'silent', ...whole])
    await run(['git', 'add', '--', ...whole])
  }
  const code = staged.filter((path) => /\.(ts|tsx|js|mjs)$/.test(path) && existsSync(join(ROOT, path)))
  const checks: [string, string[]][] = [
    ['trailing white space or conflict marks', ['git', 'diff', '--cached', '--check']],
    [
      'what prettier cannot read, or would write otherwise',
      ['prettier', '--check', '--ignore-unknown', ...staged],
    ],
    ['what oxlint says', ['oxlint', '--type-aware', '--deny-warnings', ...code]],
    ['what does not fit its type', ['node', 'ops/local/typecheck.ts']],
  ]
  const wanted = checks.filter(
    ([, [tool]]) => staged.length > 0 && (code.length > 0 || tool === 'git' || tool === 'prettier'),
  )
  const results = await Promise.all(
    wanted.map(async ([name, command]) => ({ name, ...(await run(command)) })),
  )
  const broken = results.filter((result) => result.code !== 0)
  for (const { name, output } of broken) say(`✗ ${name}\n${output.trimEnd()}\n`)
  if (broken.length > 0) say('Nothing was committed. Mend it, git add, and commit again.')
  else say(`✓ ${staged.length} staged files look right (${secondsSince(startedAt)})`)
  process.exitCode = broken.length > 0 ? 1 : 0

  async function list(command: string[]): Promise<string[]> {
    const { output } = await run(command)
    return output.split('\0').filter(Boolean)
  }
})
