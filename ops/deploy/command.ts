import { readFlags } from '../flags.ts'
import { Advice } from '../launch/advice.mjs'
import { noReport, summaryOf } from '../verify/words.ts'
import { StepFailed } from './ground.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'
import { progressOn } from './progress.ts'
import { readDeploySettings } from './read-settings.ts'
import { deploy, rehearse, type Wanted } from './run.ts'
import { TOOL } from './tool.ts'
import { wishOf } from './wish.ts'

/** `npm run deploy`: from the operator's words to a report, and a code that a pipeline understands. */
export async function deployCommand(argv: string[], stop: AbortSignal): Promise<ExitCode> {
  const asked = readAll(argv)
  if (asked instanceof Advice) return failWithout(asked, EXIT.refused, argv.includes('--json'))
  if ('help' in asked) return tell(asked.help).then(() => EXIT.done)
  const { given } = asked
  const progress = progressOn(given.json ? process.stderr : process.stdout, {
    verbose: given.verbose,
    isDry: given['dry-run'],
  })
  try {
    return await (given['dry-run'] ? showPlan : deployNow)({ ...asked, progress, stop })
  } catch (failure) {
    if (!(failure instanceof Advice)) throw failure
    return failWithout(failure, exitCodeOf(failure), given.json)
  }
}

/** What is wrong with it is said before anything is done. */
function readAll(argv: string[]): Pick<Wanted, 'given' | 'read' | 'wish'> | { help: string } | Advice {
  try {
    const given = readFlags(TOOL, argv)
    if ('help' in given) return given
    const read = readDeploySettings(given, process.env)
    return { given, read, wish: wishOf(given, read) }
  } catch (failure) {
    if (failure instanceof Advice) return failure
    throw failure
  }
}

async function deployNow(wanted: Wanted): Promise<ExitCode> {
  const { report, folder, scrubber, failure } = await deploy(wanted)
  await tell(wanted.given.json ? scrubber.json(report) : scrubber.text(summaryOf(report, folder.path)))
  if (failure === undefined) return report.success ? EXIT.done : EXIT.failed
  if (!(failure instanceof Advice || failure instanceof StepFailed)) throw failure
  return fail(failure, exitCodeOf(failure), scrubber.text)
}

async function showPlan(wanted: Wanted): Promise<ExitCode> {
  const planned = await rehearse(wanted)
  await tell(wanted.given.json ? JSON.stringify({ planned }, undefined, 2) : 'Nothing was changed.')
  return EXIT.done
}

/** Where there is no report. */
async function failWithout(failure: Advice, code: ExitCode, isForProgram: boolean): Promise<ExitCode> {
  if (isForProgram) await tell(noReport(failure))
  return fail(failure, code)
}

function fail({ message }: Error, code: ExitCode, hushed = (text: string) => text): ExitCode {
  process.stderr.write(`${plain(hushed(message))}\n`)
  return code
}

/** What was typed, or came from another machine, moves nothing on this screen. */
const plain = (text: string): string => text.replaceAll(/[^\P{Cc}\n]/gu, ' ')

/** Waits until it is out: the process ends next. */
const tell = (text: string): Promise<void> =>
  new Promise((written) => process.stdout.write(`${text}\n`, () => written()))
