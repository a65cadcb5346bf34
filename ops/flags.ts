import { parseArgs } from 'node:util'
import { Unusable } from './unusable.ts'

/** One flag of a tool of the operator: what it takes, if anything, and the line that --help says of it. */
export type Flag = { takes?: string; many?: true; says: string }
export type Flags = Readonly<Record<string, Flag>>
type Given<F extends Flag> = F extends { many: true }
  ? string[]
  : F extends { takes: string }
    ? string | undefined
    : boolean
export type Values<T extends Flags> = { [Name in keyof T]: Given<T[Name]> }

/** What a tool is called, what it does, and what it may be told. */
export type Tool<T extends Flags> = { usage: string; says: string; flags: T }

const HELP: Flag = { says: 'This text.' }

/** The flags as they were given, or the help that was asked for. What is not known is refused by name. */
export function readFlags<T extends Flags>(tool: Tool<T>, argv: string[]): Values<T> | { help: string } {
  const flags: Flags = { ...tool.flags, help: HELP }
  const values = parse(tool, flags, argv)
  if (values['help']) return { help: helpOf(tool) }
  const given = Object.entries(tool.flags).map(([name, flag]) => [
    name,
    values[name] ?? (flag.many ? [] : flag.takes ? undefined : false),
  ])
  return Object.fromEntries(given) as Values<T>
}

function parse(tool: Tool<Flags>, flags: Flags, argv: string[]) {
  try {
    const options = Object.fromEntries(
      Object.entries(flags).map(([name, { takes, many }]) => [
        name,
        { type: takes ? ('string' as const) : ('boolean' as const), ...(many && { multiple: true }) },
      ]),
    )
    return parseArgs({ args: argv, options, strict: true }).values
  } catch (error) {
    throw new Unusable(error instanceof Error ? error.message : String(error), `Next: ${tool.usage} --help`)
  }
}

export function helpOf({ usage, says, flags }: Tool<Flags>): string {
  const rows = Object.entries({ ...flags, help: HELP }).map(
    ([name, { takes, says: what }]) => [`--${name}${takes ? ` ${takes}` : ''}`, what] as const,
  )
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2
  return [
    `usage: ${usage} [flags]`,
    '',
    says,
    '',
    ...rows.map(([flag, what]) => `  ${flag.padEnd(width)}${what}`),
  ].join('\n')
}
