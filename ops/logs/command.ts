import { resolve } from 'node:path'
import { openRemoteShell } from '../deeds/remote-shell.ts'
import type { Run } from '../deeds/run.ts'
import { EXIT, type ExitCode, exitCodeOf } from '../deploy/exit-codes.ts'
import { findProvider, requireKeyFile } from '../deploy/credentials.ts'
import { readSecrets } from '../deploy/first-secrets.ts'
import { memoryFileOf, openMemory } from '../deploy/memory.ts'
import { plain } from '../deploy/progress.ts'
import { insistOnAddress, lookForAddress, targetOf } from '../deploy/target.ts'
import { DEPLOY_ENV, loadSettings } from '../deploy-env.ts'
import { readFlags } from '../flags.ts'
import { Advice } from '../launch/advice.mjs'
import { say } from '../local/say.ts'
import { openScrubber } from '../scrub.ts'
import { secretsOf } from '../settings.ts'
import { readMachine } from '../verify/this-machine.ts'
import { follow } from './follow.ts'
import { keysHidden } from './keys-hidden.ts'

const TOOL = {
  usage: 'npm run logs --',
  says: 'Shows what the services on the droplet write, as they write it, until Ctrl-C. Secrets are hidden.',
  flags: {
    service: { takes: 'NAME', many: true, says: 'One of them, such as server-a; may be repeated. All.' },
    lines: { takes: 'N', says: 'How many of those that were written before; 100.' },
    settings: { takes: 'FILE', says: 'The settings of the deploy; deploy.env.' },
    host: { takes: 'ADDRESS', says: 'Where the droplet is; else as a deploy finds it.' },
    json: { says: 'Each line as JSON: container, at, text.' },
  },
} as const

/** `npm run logs`: lines on stdout, all else on stderr. */
export async function logsCommand(argv: string[], stop: AbortSignal): Promise<ExitCode> {
  const given = readFlags(TOOL, argv)
  if ('help' in given) {
    say(given.help)
    return EXIT.done
  }
  try {
    const file = given.settings === undefined ? DEPLOY_ENV : resolve(given.settings)
    const settings = loadSettings(process.env, file)
    await requireKeyFile(settings)
    const scrubber = openScrubber([...readMachine(process.env).secrets, ...secretsOf(settings)])
    const { known } = await openMemory(memoryFileOf(file))
    const resolved = await lookForAddress(given, { settings }, { known, provider: findProvider(settings) })
    const address = insistOnAddress(resolved, { note })
    await using shell = await openRemoteShell(targetOf({ settings }, address, known))
    const there: Run = (command, options) => shell.run(command, { cwd: settings.DEPLOY_PATH, ...options })
    scrubber.learn(await readSecrets({ run: there }))
    const wish = { services: given.service, lines: linesOf(given.lines), place: settings.DEPLOY_PATH }
    const shown = given.json ? asJson : (line: string) => line
    const withoutKeys = keysHidden()
    await follow(shell.run, wish, {
      tell: (line) => say(shown(scrubber.text(withoutKeys(plain(line))))),
      enough: AbortSignal.any([stop, nobodyReads()]),
    })
    return EXIT.done
  } catch (failure) {
    if (!(failure instanceof Advice)) throw failure
    note(failure.message)
    return exitCodeOf(failure)
  }
}

const note = (line: string): void => void process.stderr.write(`${line}\n`)

/** The other end of a pipe is gone, as after `| head`. */
function nobodyReads(): AbortSignal {
  const gone = new AbortController()
  process.stdout.once('error', () => gone.abort())
  return gone.signal
}

/** `server-a-1  | 2026-11-22T05:06:07.890123456Z what it wrote`. What looks otherwise is text. */
function asJson(line: string): string {
  const [, container = null, at = null, text = line] = /^(\S+) +\| (\d{4}-\S+Z) (.*)$/.exec(line) ?? []
  return JSON.stringify({ container, at, text })
}

function linesOf(typed = '100'): number {
  if (/^[1-9]\d{0,4}$/.test(typed)) return Number(typed)
  throw new Advice(`--lines ${typed} is no number of lines.`, `Next: ${TOOL.usage} --lines 100`)
}
