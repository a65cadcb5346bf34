import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../launch/places.mjs'
import { runCommand } from './command.ts'
import { runTool } from './proof/tool.ts'
import { say } from './say.ts'

/** `npm run typecheck`: every workspace by its own tsconfig, side by side. */
await runCommand(async (stop) => {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    workspaces: string[]
  }
  const typed = workspaces.filter((name) => existsSync(join(ROOT, name, 'tsconfig.json')))
  const results = await Promise.all(
    typed.map((name) => runTool(['tsc', '-p', name, '--pretty', 'false'], { shown: false }, stop)),
  )
  for (const { output } of results) if (output) say(output.trimEnd())
  process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0
})
