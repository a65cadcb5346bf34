import type { Command, Run, RunOptions } from '../../deeds/run.ts'

/** Every program that was started through it: its words, and what it was given on stdin and as its environment. */
export type Seen = { command: Command; stdin: string; env: RunOptions['env'] }

export function spyOn(run: Run): { run: Run; seen: Seen[] } {
  const seen: Seen[] = []
  return {
    seen,
    run: (command, options) => {
      seen.push({ command, stdin: options?.stdin ?? '', env: options?.env && { ...options.env } })
      return run(command, options)
    },
  }
}
