import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findHolder, holdLock, takeLock } from '../launch/lock.mjs'

let folder: string
let path: string
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-lock-'))
  path = join(folder, 'of/something.lock')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Somebody else, who takes the lock and keeps it until killed. */
async function another(note: Record<string, string>): Promise<ChildProcess> {
  const lock = join(import.meta.dirname, '../launch/lock.mjs')
  const code = `const { takeLock } = await import(${JSON.stringify(lock)})
    console.log('lock' in takeLock(${JSON.stringify(path)}, ${JSON.stringify(note)})); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  children.push(child)
  await once(child.stdout, 'data')
  return child
}

test('a lock is held by one, who says what others want to know', async () => {
  const holder = await another({ url: 'http://localhost:8000' })
  expect(takeLock(path)).toEqual({
    holder: { pid: String(holder.pid), note: { url: 'http://localhost:8000' } },
  })
  expect(findHolder(path)?.note).toEqual({ url: 'http://localhost:8000' })
})

test('the lock of one that was killed is free', async () => {
  const holder = await another({})
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(findHolder(path)).toBeUndefined()
  expect(takeLock(path)).toHaveProperty('lock')
})

test('so is one that holds nonsense, or the number of a process that is another by now', () => {
  takeLock(path)
  writeFileSync(path, '{"holders": [')
  expect(takeLock(path)).toHaveProperty('lock')
  writeFileSync(path, JSON.stringify({ holders: [`${process.pid}@1`], note: {} }))
  expect(takeLock(path)).toHaveProperty(process.platform === 'linux' ? 'lock' : 'holder')
})

test('it stays held while one that it was shared with lives', async () => {
  const other = await another({})
  rmSync(path)
  const taken = takeLock(path)
  if (!('lock' in taken)) return expect.unreachable()
  taken.lock.share(other.pid ?? 0)
  const content = { holders: ['1@1', `${other.pid}@`], note: {} }
  writeFileSync(path, JSON.stringify(content)) // as if we were gone
  expect(findHolder(path)?.pid).toBe(String(other.pid))
})

test('who waits is told of the holder once, and has it next', async () => {
  const holder = await another({})
  const told: string[] = []
  const waiting = holdLock(path, ({ pid }) => told.push(pid))
  setTimeout(() => holder.kill('SIGKILL'), 500)
  const lock = await waiting
  expect(told).toEqual([String(holder.pid)])
  lock.release()
  expect(findHolder(path)).toBeUndefined()
})
