import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setup } from './test-services.ts'

/** Runs a command with a throwaway Postgres in TEST_POSTGRES_URL, as the tests have one. */
const [command = '', ...args] = process.argv.slice(2)
const teardown = await setup()
try {
  const child = spawn(command, args, { stdio: 'inherit' })
  // Ctrl-C reaches the command too; Postgres ends after it.
  process.on('SIGINT', () => {})
  process.once('SIGTERM', () => child.kill())
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await teardown()
}
