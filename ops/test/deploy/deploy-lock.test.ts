import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Asker, findLockHolder, takeDeployLock } from '../../deeds/deploy-lock.ts'
import { LockHeld, LockLost, type Owner } from '../../deeds/lock-holder.ts'
import { run } from '../../deeds/run.ts'
import { findOnPath } from '../../local/proof/find-on-path.ts'
import { sleep } from '../../local/sleep.ts'
import { contend } from './contend.ts'
import { spyOn } from './spy.ts'

const anna: Asker = {
  operator: 'anna',
  host: 'desk',
  version: '1f2e3d4c5b6a',
  mode: 'update-only',
  message: 'fix sign-in',
}
const ben: Asker = { ...anna, operator: 'ben', host: 'sofa', message: '' }

describe.skipIf(!findOnPath('flock'))('O5: one deploy at a time (flock)', () => {
  let home: string
  let path: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'latchkey-lock-'))
    path = join(home, 'state/lock')
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const take = (asker: Asker, breaks = false) => takeDeployLock({ run, path }, asker, { breaks })
  const refusalOf = async (taking: Promise<unknown>): Promise<LockHeld> =>
    taking.then(
      () => expect.unreachable('it was taken'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(LockHeld)
        return error as LockHeld
      },
    )
  /** As if nothing had been heard of its holder for so long. */
  const silence = async (seconds: number) => {
    const then = Date.now() / 1000 - seconds
    await utimes(join(path, 'beat'), then, then)
  }
  /** As if its holder had been this process, which is gone. */
  const rewriteOwner = (change: Partial<Owner>) => {
    const file = join(path, 'owner')
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as Owner), ...change }))
  }

  test('who is refused reads who holds it, since when, what for, and what to type', async () => {
    await using held = await take(anna)
    const { message, held: seen } = await refusalOf(take(ben))
    expect(seen.owner).toMatchObject({ operator: 'anna', host: 'desk', token: held.owner.token })
    expect(message).toMatch(
      /^anna on desk \(pid \d+\) has been deploying here for \d s: update-only of 1f2e3d4c5b6a, "fix sign-in"\.\nIts last sign of life was \d s ago\.\nNext: wait/,
    )
  })

  test('given back, it is free; and everybody can see that', async () => {
    const held = await take(anna)
    expect((await findLockHolder({ run, path }))?.owner?.operator).toBe('anna')
    await held.release()
    expect(await findLockHolder({ run, path })).toBeUndefined()
    await using next = await take(ben)
    expect(next.owner.operator).toBe('ben')
  })

  test('one that is alive is taken over by nobody, also not by its own operator', async () => {
    await using held = await take(anna)
    await silence(3600)
    expect(held.owner.operator).toBe('anna')
    expect((await refusalOf(take(anna))).isStale).toBe(true)
  })

  test('decision 33: a dead one is taken over by the same operator on the same host, once it is stale', async () => {
    const dead = contend({ path, asker: anna })
    expect(await dead.outcome).toEqual({ holds: true })
    await dead.kill()
    expect((await refusalOf(take(anna))).isStale).toBe(false)
    await silence(59)
    await refusalOf(take(anna))
    await silence(61)
    await using next = await take(anna)
    expect(next.owner.instead).toMatchObject({ how: 'stale', owner: { operator: 'anna' } })
    expect(next.owner.instead?.silentSeconds).toBeGreaterThan(60)
    expect(readFileSync(`${path}.history`, 'utf8')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n\{.*"operator":"anna"/,
    )
  })

  test.each([
    ['another operator', { ...anna, operator: 'ben' }],
    ['another host', { ...anna, host: 'sofa' }],
  ])('a stale one is not stolen by %s: it is reported', async (_, asker) => {
    const dead = contend({ path, asker: anna })
    await dead.outcome
    await dead.kill()
    await silence(75)
    const refusal = await refusalOf(take(asker))
    expect(refusal.isStale).toBe(true)
    expect(refusal.message).toMatch(
      /The lock is stale: nothing was heard of its holder for 7\d s\.\nNext: see on desk .* --break-lock$/,
    )
  })

  test('--break-lock takes it from anybody, writes down from whom, and the other learns of it', async () => {
    const held = await takeDeployLock({ run, path, beatMs: 100 }, anna)
    await using next = await take(ben, true)
    expect(next.owner.instead).toMatchObject({ how: 'broken', owner: { operator: 'anna' } })
    expect(readFileSync(`${path}.history`, 'utf8')).toContain(held.owner.token)
    await expect.poll(() => held.lost.aborted).toBe(true)
    expect(String(held.lost.reason)).toMatch(/Somebody has broken our lock/)
    await held.release()
    expect((await findLockHolder({ run, path }))?.owner?.operator).toBe('ben')
  })

  test('who slept while it was broken does nothing more, whatever is tried, and hears why', async () => {
    const held = await take(anna)
    const marker = join(home, 'marker')
    expect(await held.run(['echo', 'ours'])).toMatchObject({ code: 0, stdout: 'ours\n' })
    await using next = await take(ben, true)
    for (const words of [['touch', marker], ['true']] as const)
      await expect(held.run([...words])).rejects.toBeInstanceOf(LockLost)
    expect(existsSync(marker)).toBe(false)
    expect((await next.run(['true'])).code).toBe(0)
  })

  test('what it takes away while somebody is at it is not ours either', async () => {
    const held = await take(anna)
    rmSync(path, { recursive: true })
    await expect(held.run(['true'])).rejects.toThrow(/Somebody has broken our lock/)
  })

  test('a command that ends as one does that was not begun has ended so itself', async () => {
    await using held = await take(anna)
    const stdin = 'what it is given'
    expect(await held.run(['sh', '-c', 'cat; exit 253'], { stdin })).toMatchObject({
      code: 253,
      stdout: stdin,
    })
    expect((await held.run(['true'])).code).toBe(0)
  })

  test('it is released only by whose it is, even before its next beat', async () => {
    const held = await take(anna)
    await using next = await take(ben, true)
    await held.release()
    expect((await findLockHolder({ run, path }))?.token).toBe(next.owner.token)
  })

  test('a beat is heard', async () => {
    await using held = await takeDeployLock({ run, path, beatMs: 100 }, anna)
    await silence(300)
    await expect.poll(async () => (await findLockHolder({ run, path }))?.silentSeconds).toBeLessThan(5)
    expect(held.lost.aborted).toBe(false)
  })

  test('a clock of ours that is wrong changes nothing: ages are the droplet’s', async () => {
    const { run: seen, seen: commands } = spyOn(run)
    await using held = await takeDeployLock({ run: seen, path }, anna)
    expect(held.owner.operator).toBe('anna')
    for (const { command } of commands) expect(command.join(' ')).not.toMatch(/\b1[789]\d{8}\b/)
  })

  test('an owner that cannot be read is somebody all the same', async () => {
    await using held = await take(anna)
    for (const rubbish of ['', '{', '[]', '{"operator":7}', 'null']) {
      writeFileSync(join(path, 'owner'), rubbish)
      expect((await refusalOf(take(ben))).message).toMatch(/^Somebody .*who it is cannot be read/)
    }
    await using next = await take(ben, true)
    expect(next.owner.instead).toMatchObject({ how: 'broken' })
    expect(held.owner.token).not.toBe(next.owner.token)
  })

  test('what stands in an owner brings no escape sequences to the reader', async () => {
    await using held = await take({ ...anna, message: '\u001B[2Jhello\u0007' })
    expect(held.owner.message).toContain('\u001B')
    expect((await refusalOf(take(ben))).message).not.toMatch(/(?!\n)\p{Cc}/u)
  })

  test('half of one, left by a machine that lost its power, does not stand in the way', async () => {
    await (await take(anna)).release()
    const half = await take(anna)
    rmSync(join(path, 'token'))
    expect(existsSync(path)).toBe(true)
    await using next = await take(ben)
    expect(next.owner.operator).toBe('ben')
    await half.release()
    expect((await findLockHolder({ run, path }))?.owner?.operator).toBe('ben')
  })

  test('one without a beat was silent for ever', async () => {
    await using held = await take(anna)
    rmSync(join(path, 'beat'))
    expect((await refusalOf(take(ben))).isStale).toBe(true)
    await using next = await take(ben, true)
    expect(next.owner.token).not.toBe(held.owner.token)
  })

  test('of two who both see the same dead holder, one gets it', async () => {
    const dead = contend({ path, asker: anna })
    await dead.outcome
    await dead.kill()
    await silence(75)
    const both = await Promise.allSettled([take(anna), take(anna)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const one of both) if (one.status === 'fulfilled') await one.value.release()
  })

  test('a number that another process has by now is no sign of life', async () => {
    await using held = await take(anna)
    rewriteOwner({ process: `${process.pid}@1` })
    await silence(75)
    await using next = await take(anna)
    expect(next.owner.instead?.how).toBe('stale')
    expect(held.owner.token).not.toBe(next.owner.token)
  })

  test('a folder that cannot be written says so', async () => {
    writeFileSync(join(home, 'state'), 'a file')
    await expect(take(anna)).rejects.toThrow(/cannot be worked with[\s\S]*Next: /)
  })

  test('a beat that does not arrive ends nothing', async () => {
    let isCut = false
    const flaky: typeof run = (...words) => (isCut ? Promise.reject(new Error('cut')) : run(...words))
    await using held = await takeDeployLock({ run: flaky, path, beatMs: 50 }, anna)
    isCut = true
    await sleep(200)
    isCut = false
    expect(held.lost.aborted).toBe(false)
  })
})
