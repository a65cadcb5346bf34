import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sleep } from '../../local/sleep.ts'
import { openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

const STEPS = [
  ...['sign-in', 'kept aside', 'checkout', 'settings', 'secrets', 'image', 'database', 'backup', 'migration'],
  ...['servers', 'worker', 'edge files', 'edge', 'watch', 'questions', 'record', 'old images'],
]

describe.skipIf(!hasSshd)('O7, R32: a run that is killed (openssh-server)', { timeout: 120_000 }, () => {
  let droplet: PretendDroplet
  let nth = 0
  beforeAll(async () => {
    droplet = await openPretendDroplet()
    expect((await droplet.deploy()).code).toBe(0)
  }, 120_000)
  afterAll(() => droplet?.close(), 60_000)

  const pushNext = () =>
    droplet.operator.push(`number ${(nth += 1)}`, {
      'shared/src/brand.ts': (text) => text.replace(/tagline: '[^']*'/, `tagline: 'Number ${nth}'`),
    })
  const images = () => ['server-a', 'server-b', 'jobs'].map((name) => droplet.container(name)?.image)
  const secrets = () =>
    readdirSync(join(droplet.place, 'secrets'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(droplet.place, 'secrets', name), 'utf8'))
  const releases = () =>
    (JSON.parse(readFileSync(join(droplet.place, 'state/releases.json'), 'utf8')) as { tag: string }[]).map(
      ({ tag }) => tag,
    )

  const killAt = (sign: string) => endWhen((output) => output.includes(sign), 'SIGKILL')
  async function endWhen(isTime: (output: string) => boolean, signal: 'SIGKILL' | 'SIGINT') {
    const running = droplet.start()
    while (!isTime(running.output()) && running.child.exitCode === null) await sleep(5)
    running.child.kill(signal)
    return { output: running.output(), deployed: await running.ended }
  }

  async function expectConverged(tag: string, before: string[]): Promise<void> {
    const { code, stdout, stderr } = await droplet.deploy(['--break-lock'])
    expect(code, stdout + stderr).toBe(0)
    expect(images()).toEqual(Array(3).fill(`latchkey:${tag}`))
    expect(releases()[0]).toBe(tag)
    expect(new Set(releases()).size).toBe(releases().length)
    expect(secrets()).toEqual(before)
    expect(existsSync(join(droplet.place, 'state/lock'))).toBe(false)
  }

  test.each(STEPS)('after "%s": the next one ends where this one would have', async (step) => {
    const [before, tag] = [secrets(), await pushNext()]
    const { output } = await killAt(`✓ ${step} (`)
    expect(output).toContain(`✓ ${step} (`)
    await expectConverged(tag, before)
  })

  test.each(['image', 'migration', 'servers', 'record'])('in the middle of "%s"', async (step) => {
    const [before, tag] = [secrets(), await pushNext()]
    await killAt(`… ${step}`)
    await expectConverged(tag, before)
  })

  test('on a machine that has nothing yet: the secrets of the first run stay', async () => {
    droplet.raze()
    await killAt('✓ secrets (')
    const [before, tag] = [secrets(), await pushNext()]
    await expectConverged(tag, before)
  })

  test.each(['mv -f -- secrets/.next/session_secret.new', 'mv -f -- secrets/.whole/database_url'])(
    'on a machine that has nothing yet, in the middle of "secrets", at "%s": the next one makes a whole set',
    async (on) => {
      droplet.raze()
      droplet.misbehave({ on, how: 'hang' })
      await endWhen(droplet.hasMisbehaved, 'SIGKILL')
      droplet.misbehave()
      const { code, stdout, stderr } = await droplet.deploy(['--break-lock'])
      expect(code, stdout + stderr).toBe(0)
      expect(secrets().length).toBeGreaterThan(15)
    },
  )

  test('one that is asked to stop brings back what it has touched, says so, and gives the lock back', async () => {
    const [before, tag] = [images(), await pushNext()]
    droplet.misbehave({
      on: 'docker compose up --detach --no-deps --no-build --wait --wait-timeout 120 -- server-a',
      how: 'hang',
    })
    const { deployed } = await endWhen(droplet.hasMisbehaved, 'SIGINT')
    droplet.misbehave()
    expect([deployed.code, deployed.stdout + deployed.stderr]).toEqual([
      1,
      expect.stringContaining('It was stopped'),
    ])
    expect(images()).toEqual(before)
    expect(existsSync(join(droplet.place, 'state/lock'))).toBe(false)
    await expectConverged(tag, secrets())
  })
})
