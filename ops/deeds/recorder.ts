import type { Command, Run, RunOptions } from './run.ts'

/** A command as it is or would be, and where. What it is given on stdin is told by its length only: secrets travel there. */
export type Planned = { where: string; command: Command; stdinBytes: number }
export type Tell = (planned: Planned) => void

/** Does everything, and tells it as well. */
export const telling =
  (tell: Tell, where: string, run: Run): Run =>
  (command, options) => {
    tell(plannedOf(where, command, options))
    return run(command, options)
  }

/** For --dry-run: tells everything, and does nothing but what the answers need. */
export const recorder = (tell: Tell, where: string, answer: Run = wentWell): Run =>
  telling(tell, where, answer)

export const wentWell: Run = () => Promise.resolve({ code: 0, stdout: '', stderr: '' })

const plannedOf = (where: string, command: Command, options: RunOptions = {}): Planned => ({
  where,
  command,
  stdinBytes: Buffer.byteLength(options.stdin ?? ''),
})

/** One line for a person, quoted as they would have to type it. Nobody runs it through a shell. */
export const shownCommand = (command: Command): string => command.map(shownWord).join(' ')

export const shownPlanned = ({ where, command, stdinBytes }: Planned): string =>
  `${where}: ${shownCommand(command)}${stdinBytes > 0 ? '  (and its stdin)' : ''}`

function shownWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  const plain = word.replaceAll('\n', '⏎').replaceAll(/\p{Cc}/gu, '·')
  return `'${plain.replaceAll("'", String.raw`'\''`)}'`
}
