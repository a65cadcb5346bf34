import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { Advice } from '../launch/advice.mjs'
import { holdLock } from '../launch/lock.mjs'
import { ROOT } from '../launch/places.mjs'
import { ProgramFailed, runNode } from './child.ts'
import { say } from './say.ts'

/** Beside the clone, not the data: every run from this clone shares one build. */
const NOTES = join(ROOT, '.data')
const STAMP = join(NOTES, 'client-build.hash')
const LOCK = join(NOTES, 'client-build.lock')

/** What a build reads. Generated files follow from the others, and tests are not shipped. */
const INPUTS = ['client', 'shared/src', 'package-lock.json']
const NO_INPUT = /(^|\/)(node_modules|dist|\.tanstack)\/|\.gen\.ts$|\.test\.tsx?$|\/test\//

export async function ensureClientBuilt(env: Source, stop: AbortSignal): Promise<'as it was' | 'built'> {
  await mkdir(NOTES, { recursive: true, mode: 0o700 })
  const lock = await holdLock(LOCK, ({ pid }) =>
    say(`  Another run (pid ${pid}) is building the client; waiting for it.`),
  )
  try {
    const inputs = await hashOfInputs()
    if (await isBuiltFrom(inputs)) return 'as it was'
    await rm(STAMP, { force: true })
    await build(env, stop)
    await writeFile(STAMP, inputs)
    return 'built'
  } finally {
    lock.release()
  }
}

async function isBuiltFrom(inputs: string): Promise<boolean> {
  const stamp = await readFile(STAMP, 'utf8').catch(() => '')
  return stamp === inputs && existsSync(join(ROOT, 'client/dist/index.html'))
}

async function build(env: Source, stop: AbortSignal): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const program = {
    args: [vite, 'build'],
    cwd: join(ROOT, 'client'),
    env: { ...env, NODE_ENV: 'production' },
  }
  await runNode(program, stop).catch((error: unknown) => {
    if (!(error instanceof ProgramFailed)) throw error
    throw new Advice(
      'The client does not build:',
      error.output.trimEnd(),
      'Next: mend that, then the same command again. `npm run build` shows the build alone.',
    )
  })
}

async function hashOfInputs(): Promise<string> {
  const files = (await Promise.all(INPUTS.map(filesIn))).flat().filter((path) => !NO_INPUT.test(path))
  const hash = createHash('sha256')
  for (const path of files.sort()) hash.update(path).update(await readFile(join(ROOT, path)))
  return hash.digest('hex')
}

async function filesIn(path: string): Promise<string[]> {
  if (path.endsWith('.json')) return [path]
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true })
  const prefix = ROOT.length + 1
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix))
}
