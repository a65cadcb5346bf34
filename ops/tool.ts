import { type Flags, readFlags, type Tool, type Values } from './flags.ts'
import { Advice } from './launch/advice.mjs'
import { runCommand } from './local/command.ts'

/** What a tool has to say: lines for a person, the same for a program, and whether all is well. */
export type Answer = { lines: string[]; json: unknown; ok: boolean }

export const JSON_FLAG = { json: { says: 'The answer as JSON, for a program.' } } as const

/** Runs a small tool to its end: its flags, its story, and its answer in the dialect that was asked for. */
export async function runTool<T extends Flags & { json: object }>(
  tool: Tool<T>,
  story: (flags: Values<T>, stop: AbortSignal) => Promise<Answer> | Answer,
): Promise<never> {
  return runCommand(async (stop) => {
    const argv = process.argv.slice(2)
    const flags = readFlags(tool, argv)
    if (isHelp(flags)) return print(flags.help)
    const isForProgram = Boolean(flags['json'])
    try {
      const { lines, json, ok } = await story(flags, stop)
      await print(isForProgram ? JSON.stringify(json, undefined, 2) : lines.join('\n'))
      if (!ok) process.exitCode = 1
    } catch (error) {
      if (!isForProgram || !(error instanceof Advice)) throw error
      await print(JSON.stringify({ ok: false, error: error.message }, undefined, 2))
      process.exitCode = 1
    }
  })
}

const isHelp = (flags: object): flags is { help: string } => 'help' in flags && typeof flags.help === 'string'

/** A pipe may take a while, and nothing waits for it after the end. */
const print = (text: string): Promise<void> =>
  new Promise((written) => void process.stdout.write(`${text}\n`, () => written()))
