import { deployCommand } from '../../deploy/command.ts'
import { setNames } from './spawn-spy.ts'

/**
 * A process that deploys again and again, each time as if it had just been started: what takes half a second to load is
 * loaded once. It stands in the operator's clone, so that the code deploys what that clone has.
 */
export type Again = {
  argv: string[]
  env: Readonly<Record<string, string>>
  names: Readonly<Record<string, readonly string[]>>
}
export type Came = { code: number; stdout: string; stderr: string }

process.on('message', (again: Again) => {
  void once(again).then((came) => process.send?.(came))
})

async function once({ argv, env, names }: Again): Promise<Came> {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  setNames(names)
  const said = { stdout: '', stderr: '' }
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name]
    const write = stream.write.bind(stream)
    stream.write = ((text: string, done?: () => void) => {
      said[name] += text
      done?.()
      return true
    }) as typeof stream.write
    return () => void (stream.write = write)
  })
  const code = await deployCommand(argv, new AbortController().signal).catch((error: unknown) => {
    said.stderr += error instanceof Error ? String(error.stack) : String(error)
    return THREW
  })
  for (const back of restore) back()
  return { code, ...said }
}

/** What nobody catches would be told with its stack, which is for us and not for people. */
const THREW = 70
