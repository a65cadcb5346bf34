import type { Command, Ran, Run } from './run.ts'

/** A command as it would be, and where. What it is given on stdin is told by its length only: secrets travel there. */
export type Planned = { where: string; command: Command; stdinBytes: number }
export type Plan = { planned: Planned[] }

/**
 * For --dry-run: changes nothing. What only looks is really asked, so that the story takes the turns it would take;
 * everything else is written down and answered as if it had gone well.
 */
export function recorder(
  plan: Plan,
  where: string,
  looks?: { run: Run; isLook(command: Command): boolean },
): Run {
  return async (command, options) => {
    if (looks?.isLook(command)) return looks.run(command, options)
    plan.planned.push({ where, command, stdinBytes: Buffer.byteLength(options?.stdin ?? '') })
    return WENT_WELL
  }
}

/** Does everything, and writes it down as well: what a run did, to hold against its plan. */
export const recording =
  (plan: Plan, where: string, run: Run): Run =>
  (command, options) => {
    plan.planned.push({ where, command, stdinBytes: Buffer.byteLength(options?.stdin ?? '') })
    return run(command, options)
  }

const WENT_WELL: Ran = { code: 0, stdout: '', stderr: '' }

/** One line for a person, quoted as they would have to type it. Nobody runs it through a shell. */
export const shownCommand = (command: Command): string => command.map(shownWord).join(' ')

export const shownPlan = ({ planned }: Plan): string[] =>
  planned.map(
    ({ where, command, stdinBytes }) =>
      `${where}: ${shownCommand(command)}${stdinBytes > 0 ? `  (${stdinBytes} bytes on stdin)` : ''}`,
  )

function shownWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  const plain = word.replaceAll('\n', '⏎').replaceAll(/\p{Cc}/gu, '·')
  return `'${plain.replaceAll("'", String.raw`'\''`)}'`
}
