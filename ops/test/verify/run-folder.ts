import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/** A folder for one test. */
export function aPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-verify-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  return place
}

/** And for all tests of a file. */
export function aLongPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-verify-'))
  afterAll(() => rmSync(place, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  return place
}
