import { describe, expect, test } from 'vitest'
import type { Run } from '../../deeds/run.ts'
import type { Ground } from '../../deploy/ground.ts'
import { isWell, watch } from '../../deploy/watch.ts'
import { openSite } from '../../probes/site.ts'
import { freePort } from '../../local/postgres/free-port.ts'

type Row = { Service: string; State?: string; Health?: string }
const SERVICES = ['postgres', 'redis', 'migrate', 'server-a', 'server-b', 'jobs', 'traefik']
const ALL_WELL: Row[] = SERVICES.filter((name) => name !== 'migrate').map((Service) => ({ Service }))
const but = (name: string, change: Partial<Row>): Row[] =>
  ALL_WELL.map((row) => (row.Service === name ? { ...row, ...change } : row))

/** Round by round what compose would list; the last one stays. */
function groundOf(rounds: Row[][], state: object = {}): Ground {
  let round = 0
  const list = () => {
    const rows = rounds[Math.min(round, rounds.length - 1)] ?? []
    round += 1
    return rows
      .map((row) => JSON.stringify({ ID: 'one', State: 'running', Health: 'healthy', ...row }))
      .join('\n')
  }
  const run: Run = async (command) => {
    const line = command.join(' ')
    const stdout = line.includes('config --services')
      ? SERVICES.join('\n')
      : line.includes('--format json')
        ? list()
        : line.includes('inspect')
          ? JSON.stringify({ Status: 'running', ExitCode: 0, OOMKilled: false, ...state })
          : line.includes('ps --all --quiet')
            ? 'one\n'
            : 'what it said last\n'
    return { code: 0, stdout, stderr: '' }
  }
  return { run } as unknown as Ground
}
const answering = (...answers: boolean[]) => {
  let at = 0
  return async () => ({ ok: answers[at++] ?? answers.at(-1) ?? true, because: '/api/health answered 502' })
}
const look = (ground: Ground, asked = answering(true), seconds = 0.1) =>
  watch(ground, { seconds, isWell: asked, lookMs: 10 }, () => {})

describe('R25: a deploy that is watched', () => {
  test('all that is to run runs and is well, what ends by itself aside', async () => {
    await look(groundOf([ALL_WELL]))
    await look(groundOf([but('traefik', { Health: '' })]))
  })

  test('an empty list is not one in which all are well', async () => {
    await expect(look(groundOf([[]]))).rejects.toThrow(/^postgres is gone after it was started\.$/)
  })

  test.each(['postgres', 'redis', 'server-a', 'server-b', 'jobs', 'traefik'])(
    '%s is watched',
    async (name) => {
      const without = ALL_WELL.filter(({ Service }) => Service !== name)
      await expect(look(groundOf([ALL_WELL, without]))).rejects.toThrow(`${name} is gone`)
      for (const change of [
        { State: 'restarting' },
        { Health: 'unhealthy' },
        { State: 'exited', Health: '' },
      ])
        await expect(look(groundOf([ALL_WELL, but(name, change)]))).rejects.toThrow(
          `${name} fell ill after it was`,
        )
    },
  )

  test('a slot whose health nobody asks for is not well', async () => {
    await expect(look(groundOf([but('server-a', { Health: '' })]))).rejects.toThrow(
      /server-a fell ill .*no health/,
    )
  })

  test.each([
    [{ OOMKilled: true }, /: its memory ran out\.$/],
    [{ Status: 'exited', ExitCode: 9 }, /: it ended with code 9\.$/],
    [{ Health: { Status: 'unhealthy' } }, /: its health is unhealthy\.$/],
  ])('why it fell ill is said, with its last words: %o', async (state, says) => {
    const failure = await look(groundOf([but('jobs', { State: 'exited' })], state)).then(
      () => undefined,
      (error: unknown) => error as Error & { excerpt: string },
    )
    expect(failure?.message).toMatch(says)
    expect(failure?.excerpt).toContain('what it said last')
  })

  test('three bad answers in a row are a failure, two are not', async () => {
    const some = [false, false, true, false, false, true]
    await look(groundOf([ALL_WELL]), answering(...some))
    await expect(look(groundOf([ALL_WELL]), answering(true, false), 5)).rejects.toThrow(
      /^The product fell silent after it was good: \/api\/health answered 502\.$/,
    )
  })

  test('an edge that waits for its first certificate is waited for', async () => {
    await look(groundOf([ALL_WELL]), answering(false))
    const late = answering(...Array<boolean>(9).fill(false), true, false)
    await expect(look(groundOf([ALL_WELL]), late, 5)).rejects.toThrow(/fell silent after it was good/)
  })

  test('nobody who answers is a bad answer', async () => {
    const site = openSite({ origin: `http://127.0.0.1:${await freePort()}` })
    expect(await isWell(site)).toMatchObject({ ok: false, because: expect.stringMatching(/./) as string })
    site.close()
  })
})
