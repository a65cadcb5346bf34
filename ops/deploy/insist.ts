import type { Command, Ran, RunOptions } from '../deeds/run.ts'
import { type Ground, StepFailed } from './ground.ts'

/** Runs what has to succeed for the story to go on. */
export async function insist(
  { run }: Pick<Ground, 'run'>,
  what: string,
  command: Command,
  options?: RunOptions,
): Promise<string> {
  const ran = await run(command, options)
  if (ran.code !== 0) throw new StepFailed(`${what} (code ${ran.code}).`, saidBy(ran))
  return ran.stdout
}

/** Compose tells its progress on the one, and a program its troubles on either. */
export const saidBy = ({ stdout, stderr }: Ran): string =>
  [stdout, stderr].filter((text) => text.trim() !== '').join('\n')
