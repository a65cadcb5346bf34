import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { BRAND } from '@latchkey/shared/brand'
import { Advice } from '../launch/advice.mjs'
import { runCommand } from '../local/command.ts'
import { runTool } from '../local/proof/tool.ts'
import { copyTree } from '../mutations/place.ts'
import { readName } from './names.ts'

/** `npm run check:rename -- NAME`: what every change has to pass, in a copy that has another name. */
const USAGE =
  'usage: npm run check:rename -- "New Name"   (--only types,vitest takes those parts; what vitest should hear stands after a second --)'
const PARTS = 'format,lint,types,unused,vitest'
const WHO = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'core.hooksPath=/dev/null']

await runCommand(async (stop) => {
  const { name, slug, only, rest } = readArguments()
  const copy = copyTree()
  try {
    commitAll(copy)
    await run(copy, ['node', 'ops/rename/rename.ts', name])
    renameSync(join(copy, 'node_modules', `@${BRAND.slug}`), join(copy, 'node_modules', `@${slug}`))
    // The proof of the copy, which counts and says what fails.
    await run(copy, ['node', 'ops/local/test.ts', '--only', only, '--', ...rest])
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }

  async function run(cwd: string, command: string[]): Promise<void> {
    const env = { PATH: [join(cwd, 'node_modules/.bin'), process.env['PATH']].join(delimiter) }
    const { code } = await runTool(command, { env, shown: true, cwd }, stop)
    process.exitCode = code
    if (code !== 0) throw new Advice(`${command[1]} failed in the copy; see above.`)
  }
})

function readArguments(): { name: string; slug: string; only: string; rest: string[] } {
  const end = process.argv.indexOf('--')
  const [own, rest] =
    end < 0 ? [process.argv.slice(2), []] : [process.argv.slice(2, end), process.argv.slice(end + 1)]
  const { values, positionals } = parseArgs({
    args: own,
    allowPositionals: true,
    options: { only: { type: 'string', default: PARTS } },
  })
  const names = readName(positionals.join(' '))
  if ('problem' in names) throw new Advice(names.problem, USAGE)
  return { name: names.name, slug: names.slug, only: values.only, rest }
}

/** A rename goes over what git keeps, and wants nothing uncommitted. */
function commitAll(copy: string): void {
  for (const words of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'as it was'],
  ])
    execFileSync('git', [...WHO, ...words], { cwd: copy, stdio: 'inherit' })
}
