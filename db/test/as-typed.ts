import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Env } from '@latchkey/shared/env'
import { sourceOf } from '../src/test-db.ts'

/** A command as an operator types it, in a process of its own. */
export async function asTyped(env: Env, command: string, words: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src', command), ...words], {
    env: sourceOf(env),
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { code, out: out.trim(), err: err.trim() }
}
