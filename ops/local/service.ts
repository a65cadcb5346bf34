import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { spawnNode, type Program } from './child.ts'
import { say } from './say.ts'
import type { ServiceLog } from './service-log.ts'
import { sleep } from './sleep.ts'

/** A program that runs until we stop it. One that dies is started again, each time after a longer pause. */
export type Service = AsyncDisposable & {
  name: string
  log: ServiceLog
  /** How often it died since it last lived for a while. */
  deaths(): number
  restart(): void
}

/** Without `revive`, one that died waits for `restart`: the next change in its code. */
type Spec = { name: string; program: Program; log: ServiceLog; revive: boolean }

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
const LIVED_A_WHILE_MS = 60_000
/** Longer than a service takes to drain (settings.ts gives it 2 s), shorter than the launcher's patience. */
const STOPS_WITHIN_MS = 2600

export function startService({ name, program, log, revive }: Spec): Service {
  let child: ChildProcess
  let deaths = 0
  let again: NodeJS.Timeout | undefined
  let isStopping = false
  start()
  return { name, log, deaths: () => deaths, restart, [Symbol.asyncDispose]: stop }

  function start(): void {
    const startedAt = Date.now()
    child = spawnNode(program)
    for (const stream of [child.stdout, child.stderr]) if (stream) log.take(stream)
    child.once('exit', (code, signal) => {
      if (isStopping) return
      if (Date.now() - startedAt > LIVED_A_WHILE_MS) deaths = 0
      deaths += 1
      startLater(signal ?? `code ${code}`)
    })
  }

  function startLater(how: string): void {
    if (!revive) return say(`The ${name} process ended (${how}); it starts again at the next change.`)
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), LONGEST_PAUSE_MS)
    say(`The ${name} process ended (${how}); starting it again in ${pause / 1000} s. Its log: ${log.path}`)
    again = setTimeout(start, pause)
  }

  /** For a change in its code: the old one ends first, since the port is one. */
  function restart(): void {
    deaths = 0
    clearTimeout(again)
    const old = child
    old.removeAllListeners('exit')
    void end(old).then(() => {
      if (!isStopping && child === old) start()
    })
  }

  async function stop(): Promise<void> {
    isStopping = true
    clearTimeout(again)
    await end(child)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await Promise.race([exited, sleep(STOPS_WITHIN_MS, undefined, { ref: false })])
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await exited
}
