import { once } from 'node:events'
import { afterAll, describe, expect, test } from 'vitest'
import { openTestDb } from '@latchkey/db/test-db'
import { Browser } from './test/browser.ts'
import { runServer } from './test/process.ts'

const town = await openTestDb()
afterAll(() => town.close())

/** Throws where nobody catches, when it is told to. */
const saboteur = (deed: string) =>
  `data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(deed)}})`

const run = (deed: string) => runServer(town.env, { flags: ['--import', saboteur(deed)] })

const secret = town.env.SESSION_SECRET.reveal()
const deeds = [
  ['a timer', `setTimeout(()=>{throw new Error('boom ${secret}')})`],
  ['a promise', `void Promise.reject(new Error('boom ${secret}'))`],
  ['a thrown word', `setTimeout(()=>{throw 'boom ${secret}'})`],
  ['a cause', `setTimeout(()=>{throw new Error('boom',{cause:{url:'${town.env.DATABASE_URL.reveal()}'}})})`],
] as const

describe('L5: what nobody caught', () => {
  test.each(deeds)(
    'from %s is told once, without secrets, and ends the process with 1',
    async (_what, deed) => {
      const { child, url, said } = await run(deed)
      try {
        expect((await new Browser(url).get('/api/health')).status).toBe(200)
        const ended = once(child, 'close')
        child.kill('SIGUSR2')
        expect((await ended)[0]).toBe(1)
        const lines = said()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as { level: string; err?: unknown })
        const fatal = lines.filter(({ level }) => level === 'fatal')
        expect(fatal).toMatchObject([{ err: { message: expect.stringContaining('boom') as string } }])
        for (const hidden of [secret, town.env.DATABASE_URL.reveal()]) expect(said()).not.toContain(hidden)
      } finally {
        child.kill('SIGKILL')
      }
    },
  )
})
