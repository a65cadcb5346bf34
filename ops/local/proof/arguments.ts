import { parseArgs } from 'node:util'

/** `--only lint,types`, `--long`, and after `--` what vitest should hear. */
export function readArguments(args: string[]): { long: boolean; only: string[]; rest: string[] } {
  const { values, positionals } = parseArgs({
    args,
    options: { long: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
    allowPositionals: true,
  })
  return { long: values.long, only: values.only.split(',').filter(Boolean), rest: positionals }
}
