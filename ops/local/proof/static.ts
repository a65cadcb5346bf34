import { failed, type Outcome, passed } from './outcome.ts'
import { runTool } from './tool.ts'

/** A tool that looks at the files: one test, and silent while all is well. */
export async function runStatic(command: string[], stop: AbortSignal): Promise<Outcome> {
  const { code, output } = await runTool(command, { shown: false }, stop)
  return code === 0 ? passed : failed(output)
}
