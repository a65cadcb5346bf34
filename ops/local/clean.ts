import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../launch/places.mjs'
import { say } from './say.ts'

/** Forgets what was made from the sources; data and settings stay. */
for (const made of ['client/dist', 'test-results', 'playwright-report'])
  rmSync(join(ROOT, made), { recursive: true, force: true })
say('Clean: the next start builds the client anew.')
