import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import { openPasswords } from '../src/auth/password.ts'
import { env } from '../src/config/env.ts'
import { ensureThreadPool } from '../src/thread-pool.ts'

/**
 * What `login-storm` compares with: the server's own queue of hashes in a process of the same kind, with as many
 * callers and nothing around it. `/` gives a hash; `/rate?callers=16&seconds=4` measures, and gives how many a second and the processor time of each.
 */
ensureThreadPool(env, process)
const passwords = await openPasswords(env)
const hash = await passwords.hash(DEMO_PASSWORD)

createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const [callers, seconds] = [Number(searchParams.get('callers')), Number(searchParams.get('seconds'))]
  if (pathname === '/') res.end(hash)
  else void rateOf(callers, seconds).then((rate) => res.end(JSON.stringify(rate)))
}).listen(env.SERVER_PORT, env.SERVER_HOST)

async function rateOf(callers: number, seconds: number): Promise<{ perSecond: number; cpuMs: number }> {
  let done = 0
  let isOver = false
  const callAgain = async () => {
    while (!isOver) {
      await passwords.verify(hash, DEMO_PASSWORD)
      done += 1
    }
  }
  const calling = Array.from({ length: callers }, callAgain)
  const [began, used] = [performance.now(), process.cpuUsage()]
  await sleep(seconds * 1000)
  const { user, system } = process.cpuUsage(used)
  const rate = {
    perSecond: (done * 1000) / (performance.now() - began),
    cpuMs: (user + system) / 1000 / done,
  }
  isOver = true
  await Promise.all(calling)
  return rate
}
