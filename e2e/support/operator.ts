import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commandEnv } from './product.ts'

/** `npm run person`, as whoever runs the product types it. */
export async function decide(verb: 'suspend' | 'restore', email: string): Promise<void> {
  const command = ['ops/launch.mjs', 'node', 'ops/local/with-database.ts', 'node', 'db/src/person.ts']
  await promisify(execFile)(process.execPath, [...command, verb, email], {
    cwd: join(import.meta.dirname, '../..'),
    env: commandEnv(),
  })
}
