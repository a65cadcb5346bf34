import { EnvError } from '@latchkey/shared/env'
import { Advice } from '../launch/advice.mjs'
import { PostgresFailed } from './postgres/failure.ts'
import { say } from './say.ts'
import { stopSignal } from './stop.ts'

/** Runs a command's story to its end. What the story opened is closed, in reverse, however it ends. */
export async function runCommand(story: (stop: AbortSignal) => Promise<void>): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {}) // a closed terminal
  const stop = stopSignal()
  const failure = await story(stop).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure !== undefined && !stop.aborted) {
    say(isForPeople(failure) ? `\n${failure.message}` : String((failure as Error).stack ?? failure))
    process.exit(1)
  }
  process.exit()
}

const isForPeople = (error: unknown): error is Error =>
  error instanceof Advice || error instanceof EnvError || error instanceof PostgresFailed
