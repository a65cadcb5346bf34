import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimFolder, findRunning } from './claim.ts'
import { openDataDir } from './data-dir.ts'
import { refuseTakenPort } from './port.ts'

/** What cannot start says why, and what to type next. */
let folder: string
let listener: Server | undefined
const stop = new AbortController()
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'latchkey-refusals-'))))
afterEach(() => {
  listener?.close()
  rmSync(folder, { recursive: true })
})

const again = (free: number) => `SERVER_PORT=${free} npm start`

test('a port that somebody has: who, and a free one', async () => {
  listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const refused = refuseTakenPort({ host: '127.0.0.1', port, again })
  await expect(refused).rejects.toThrow(/Next: SERVER_PORT=\d+ npm start/)
  if (process.platform === 'linux') await expect(refused).rejects.toThrow(`taken by pid ${process.pid} (`)
  const free = Number(/SERVER_PORT=(\d+)/.exec(String(await refused.catch(String)))?.[1])
  await expect(refuseTakenPort({ host: '127.0.0.1', port: free, again })).resolves.toBeUndefined()
})

test('an address that is not of this machine', async () => {
  const refused = refuseTakenPort({ host: '203.0.113.9', port: 8000, again })
  await expect(refused).rejects.toThrow(
    /203\.0\.113\.9:8000 \(EADDRNOTAVAIL\)[^]*Next: SERVER_HOST=127\.0\.0\.1/,
  )
})

test('a folder in which it runs already: where, since when, and how to end it', async () => {
  await using claim = await claimFolder(folder, 'http://localhost:8123', stop.signal)
  const askedAt = Date.now()
  await expect(claimFolder(folder, 'http://localhost:9000', stop.signal)).rejects.toThrow(
    new RegExp(
      `Already running here: http://localhost:8123 \\(pid ${process.pid}, since 20[^]*kill ${process.pid}`,
    ),
  )
  expect(Date.now() - askedAt).toBeLessThan(2000)
  claim.release()
  expect(findRunning(folder)).toBeUndefined()
})

test('a run that is ending is waited for', async () => {
  const first = await claimFolder(folder, 'http://localhost:8123', stop.signal)
  first.tell({ stopping: 'yes' })
  setTimeout(() => first.release(), 300)
  const second = await claimFolder(folder, 'http://localhost:8124', stop.signal)
  expect(findRunning(folder)?.note['url']).toBe('http://localhost:8124')
  second.release()
})

test('a data folder that is none', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(openDataDir(join(folder, 'file/data'))).rejects.toThrow(
    /cannot be used[^]*Next: [^]*DATA_DIR=/,
  )
})

test('a data folder that is not ours', async () => {
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, 65_534, 65_534)
  else chmodSync(folder, 0o500)
  const why = isRoot ? 'belongs to user 65534' : 'cannot be used'
  await expect(openDataDir(folder)).rejects.toThrow(new RegExp(`${why}[^]*Next: [^]*DATA_DIR=`))
})
