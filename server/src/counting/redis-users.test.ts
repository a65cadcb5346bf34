import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisUsersOf } from '@latchkey/shared/redis-users'
import { Secret } from '@latchkey/shared/secret'
import { openTestHost, type TestHost } from '../test/host.ts'
import { freePort } from '../test/process.ts'
import { hasRedis } from '../test/redis.ts'
import { type Store, storesOf } from './counters.ts'

describe.skipIf(!hasRedis)('N7: on a Redis with the users that gen-secrets writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-acl-'))
  const password = randomBytes(24).toString('base64url')
  let port: number
  let server: ChildProcess
  let host: TestHost
  const clients: Redis[] = []

  function as(who: { username?: string; password?: string }): Redis {
    const client = new Redis({
      port,
      host: '127.0.0.1',
      ...who,
      enableReadyCheck: false,
      retryStrategy: null,
    })
    client.on('error', () => {})
    clients.push(client)
    return client
  }
  const app = () => as({ username: 'app', password })

  beforeAll(async () => {
    port = await freePort()
    const url = `redis://app:${password}@127.0.0.1:${port}/0`
    const users = join(folder, 'users.acl')
    writeFileSync(users, redisUsersOf(new Secret(url), 'latchkey:'))
    const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--aclfile', users]
    server = spawn('redis-server', flags, { stdio: 'ignore' })
    while (
      !(await as({ username: 'health', password: 'any' })
        .ping()
        .catch(() => undefined))
    )
      await sleep(25)
    host = await openTestHost({ REDIS_URL: url, RATE_LIMIT_REDIS_PREFIX: 'latchkey:' })
  })
  afterAll(async () => {
    await host.close()
    for (const client of clients) client.disconnect()
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  test('the server does all of its counting', async () => {
    const { db, redis } = host.deps
    expect(await redis?.ping()).toBe(true)
    const [store] = storesOf(db, redis) as [Store]
    const key = randomUUID()
    const counted = async (points: number) => (await store.add([{ key, points, seconds: 60 }]))[0]?.points
    expect([await counted(1), await counted(2)]).toEqual([1, 3])
    await store.change([{ key, points: -2, seconds: 60 }])
    expect(await counted(0)).toBe(1)
    await store.set(key, 7, 60)
    expect(await counted(0)).toBe(7)
    await store.clear([key])
    expect(await counted(0)).toBe(0)
    const fresh = await app()
      .script('FLUSH')
      .catch((error: Error) => error.message)
    expect(fresh).toMatch(/NOPERM/)
  })

  test.each([
    ['keys', '*'],
    ['scan', '0'],
    ['get', 'latchkey:x'],
    ['config', 'get', '*'],
    ['flushall'],
    ['flushdb'],
    ['acl', 'whoami'],
    ['acl', 'list'],
    ['shutdown', 'nosave'],
    ['monitor'],
    ['save'],
    ['replicaof', '127.0.0.1', '1'],
    ['module', 'list'],
    ['subscribe', 'x'],
    ['publish', 'x', 'y'],
    ['script', 'load', 'return 1'],
    ['function', 'list'],
    ['select', '1'],
    ['set', 'other:x', '1'],
    ['incrby', 'other:x', '1'],
    ['del', 'other:x'],
    ['eval', "return redis.call('keys', '*')", '0'],
    ['eval', "return redis.call('set', KEYS[1], 1)", '1', 'other:x'],
    ['eval', "return redis.call('set', 'other:x', 1)", '0'],
  ])('and may not: %s %s', async (...words: string[]) => {
    const [command = '', ...rest] = words
    await expect(app().call(command, ...rest)).rejects.toThrow(
      /NOPERM|user executing the script can't|ACL failure in script/,
    )
  })

  test('whoever gives no name, or the wrong password, may do nothing', async () => {
    await expect(as({}).ping()).rejects.toThrow(/NOAUTH/)
    await expect(as({ password }).ping()).rejects.toThrow(/NOAUTH|WRONGPASS/)
    await expect(as({ username: 'app', password: 'wrong' }).ping()).rejects.toThrow(/NOAUTH|WRONGPASS/)
  })

  test('who asks for its health may ask for nothing else', async () => {
    const health = as({ username: 'health', password: 'any' })
    expect(await health.ping()).toBe('PONG')
    await expect(health.call('info')).rejects.toThrow(/NOPERM/)
    await expect(health.call('set', 'latchkey:x', '1')).rejects.toThrow(/NOPERM/)
  })

  test('the file does not hold the password', () => {
    const text = redisUsersOf(new Secret(`redis://app:${password}@redis:6379/0`), 'latchkey:')
    expect(text).not.toContain(password)
    expect(text).toMatch(/^user default off /)
  })
})
