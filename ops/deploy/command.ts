import { readFlags } from '../flags.ts'
import { Advice } from '../launch/advice.mjs'
import { summaryOf } from '../verify/words.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'
import { progressOn } from './progress.ts'
import { readDeploySettings } from './read-settings.ts'
import { deploy, rehearse } from './run.ts'
import { TOOL } from './tool.ts'

/** `npm run deploy`: from the operator's words to a report, and a code that a pipeline understands. */
export async function deployCommand(argv: string[], stop: AbortSignal): Promise<ExitCode> {
  const given = readFlags(TOOL, argv)
  if ('help' in given) return tell(given.help).then(() => EXIT.done)
  const progress = progressOn(given.json ? process.stderr : process.stdout, {
    verbose: given.verbose,
    isDry: given['dry-run'],
  })
  try {
    const read = readDeploySettings(given, process.env)
    if (given['dry-run']) {
      const planned = await rehearse(given, read, progress, stop)
      await tell(given.json ? JSON.stringify({ planned }, undefined, 2) : 'Nothing was changed.')
      return EXIT.done
    }
    const { report, folder, scrubber, failure } = await deploy(given, read, progress, stop)
    await tell(given.json ? scrubber.json(report) : scrubber.text(summaryOf(report, folder.path)))
    if (failure === undefined) return report.success ? EXIT.done : EXIT.failed
    throw failure
  } catch (failure) {
    if (!(failure instanceof Advice)) throw failure
    process.stderr.write(`${failure.message}\n`)
    return exitCodeOf(failure)
  }
}

/** Waits until it is out: the process ends next. */
const tell = (text: string): Promise<void> =>
  new Promise((written) => process.stdout.write(`${text}\n`, () => written()))
