import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commandEnv } from './product.ts'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import type { Person } from './test.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Somebody who is there already, with a proved address or without: what registering would only delay. */
export async function settle(person: Person, how: 'settle' | 'register' = 'settle'): Promise<Person> {
  await set(how, person.email, person.name)
  return { ...person, password: DEMO_PASSWORD }
}

/** Their sign-ins are older than what counts as fresh. */
export const ageSignIns = (email: string): Promise<void> => set('age', email)

/** Tokens of theirs that have been replaced are older than what is still let. */
export const outliveRotations = (email: string): Promise<void> => set('outlive', email)

/** Every letter to them so far has come back. */
export const returnLetters = (email: string): Promise<void> => set('return', email)

async function set(...words: string[]): Promise<void> {
  const command = ['ops/launch.mjs', 'node', 'ops/local/with-database.ts', 'node', 'e2e/support/set-scene.ts']
  await promisify(execFile)(process.execPath, [...command, ...words], {
    cwd: ROOT,
    env: commandEnv(),
  })
}
