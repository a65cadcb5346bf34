import childProcess, { ChildProcess } from 'node:child_process'
import dns from 'node:dns/promises'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * `node --import` it into a process, and every program that the process starts, by whatever way there is, stands in the
 * file that SPAWNED names: a line of JSON each. NAMES is the name system as the process sees it.
 */
export type Spawned = { file: string; args: string[]; env: string[] }

const { SPAWNED: file = '/dev/null', NAMES: names } = process.env
delete process.env['SPAWNED']
delete process.env['NAMES']

const note = (spawned: Spawned): void => appendFileSync(file, `${JSON.stringify(spawned)}\n`)

type Started = { file: string; args?: string[]; envPairs?: string[] }
const prototype = ChildProcess.prototype as unknown as { spawn(this: unknown, started: Started): unknown }
const { spawn } = prototype
prototype.spawn = function (started) {
  note({ file: started.file, args: started.args ?? [], env: started.envPairs ?? [] })
  return spawn.call(this, started)
}
for (const name of ['execSync', 'execFileSync', 'spawnSync'] as const)
  Object.assign(childProcess, {
    [name]: (program: string) => {
      note({ file: program, args: [`(${name})`], env: [] })
      throw new Error(`${name}(${program}): nothing here waits for a program like that`)
    },
  })

/** Names that are not listed are nobody's. */
export function setNames(listed: Readonly<Record<string, readonly string[]>>): void {
  const of = (name: string, family: 4 | 6): string[] => {
    const found = (listed[name] ?? []).filter((address) => address.includes(':') === (family === 6))
    if (found.length > 0) return found
    throw Object.assign(new Error(`query ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
  }
  Object.assign(dns, {
    lookup: async (name: string) => ({ address: of(name, 4)[0], family: 4 }),
    resolve4: async (name: string) => of(name, 4),
    resolve6: async (name: string) => of(name, 6),
  })
  syncBuiltinESMExports()
}

if (names) setNames(JSON.parse(names) as Record<string, string[]>)
syncBuiltinESMExports()
