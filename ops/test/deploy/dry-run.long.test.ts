import { BRAND } from '@latchkey/shared/brand'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openCloudWith } from './cloud.ts'
import { openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

/** Each command of a run, in its order: without what is made anew each time, and one that is repeated at once is one. */
function commandsIn(stdout: string): string[] {
  const lines = stdout
    .split('\n')
    .flatMap((line) => /^ {4}((?:here|cloud|\S+@droplet): .*)$/.exec(line)?.[1] ?? [])
  return lines
    .map((line) =>
      line
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'TOKEN')
        .replaceAll(/\d{8}T\d{6}Z?/g, 'TIME')
        .replaceAll(/verify-\w+@/g, 'verify-SOMEBODY@'),
    )
    .filter((line, at, all) => line !== all[at - 1] && !line.startsWith(ofPlanOnly))
}

/** The plan looks up which commit it would be; a run is told by the droplet. */
const ofPlanOnly = 'here: git rev-parse --verify'

describe.skipIf(!hasSshd)('O8: a dry run (openssh-server)', { timeout: 120_000 }, () => {
  let droplet: PretendDroplet
  beforeAll(async () => {
    droplet = await openPretendDroplet()
  }, 120_000)
  afterAll(() => droplet?.close(), 60_000)
  /** What changes nothing, and is really asked. */
  const LOOKS =
    /^((env LC_ALL=C )?cat --|ls -1 --|true$|docker image (inspect|ls) |docker compose exec .* psql .*--dbname=)/

  async function planAndRun(words: string[] = []) {
    droplet.forget()
    const plan = await droplet.deploy(['--dry-run', ...words])
    const asked = droplet.heard().map(({ program, words: said }) => [program, ...said].join(' '))
    const run = await droplet.deploy(['--verbose', ...words])
    return { plan, asked, run }
  }

  test.each(['a bare machine', 'a machine that has an older release'])(
    'on %s: says exactly the commands that the run then takes, and changes nothing',
    async () => {
      const { plan, asked, run } = await planAndRun()
      expect([plan.code, run.code], plan.stdout + plan.stderr + run.stdout).toEqual([0, 0])
      const planned = commandsIn(plan.stdout)
      expect(planned.length).toBeGreaterThan(40)
      expect(commandsIn(run.stdout)).toEqual(planned)
      expect(plan.stdout).toContain('Nothing was changed.')
      const ofShell =
        /^(sh|head|printf|test -e|git (fetch|rev-parse|status|diff|config|init|upload-pack|index-pack|rev-list|maintenance))/
      expect(asked.filter((line) => !LOOKS.test(line) && !ofShell.test(line))).toEqual([])
      await droplet.operator.push('next', {
        'shared/src/brand.ts': (text) => text.replace(/tagline: '/, "tagline: 'More: "),
      })
    },
  )

  test('R11: --all-tests is planned as well', async () => {
    const { plan, run } = await planAndRun(['--all-tests'])
    expect([plan.code, run.code], plan.stdout + plan.stderr + run.stdout).toEqual([0, 0])
    const planned = commandsIn(plan.stdout)
    expect(planned.filter((line) => / docker run .* (server|jobs|client)$/.test(line))).toHaveLength(3)
    expect(commandsIn(run.stdout)).toEqual(planned)
  })

  test('R2: --full is planned as well, with what it wants of the cloud, which is only looked at', async () => {
    const cloud = await openCloudWith({ name: BRAND.slug, v4: droplet.sshd.target.host })
    onTestFinished(() => cloud.close())
    const settings = { DO_API_URL: cloud.url, DO_API_TOKEN: cloud.token }
    const writes = () => cloud.asked.filter(({ method }) => method !== 'GET').length
    const before = writes()
    droplet.forget()
    const plan = await droplet.deploy(['--dry-run', '--full'], { settings })
    expect(writes()).toBe(before)
    const run = await droplet.deploy(['--verbose', '--full'], { settings })
    expect([plan.code, run.code], plan.stdout + plan.stderr + run.stdout).toEqual([0, 0])
    expect(writes()).toBeGreaterThan(before)
    const planned = commandsIn(plan.stdout)
    expect(planned.filter((line) => line.startsWith('cloud: ')).length).toBeGreaterThan(4)
    expect(commandsIn(run.stdout)).toEqual(planned)
  })

  test('--rollback is planned as well, and as JSON', async () => {
    const { plan, run } = await planAndRun(['--rollback'])
    expect([plan.code, run.code], plan.stdout + run.stdout).toEqual([0, 0])
    expect(commandsIn(run.stdout)).toEqual(commandsIn(plan.stdout))
    const { stdout } = await droplet.deploy(['--dry-run', '--rollback', '--json'])
    const { planned } = JSON.parse(stdout) as { planned: { where: string; command: string[] }[] }
    expect(planned.some(({ command }) => command.includes('server-a'))).toBe(true)
  })
})
