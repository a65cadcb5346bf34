import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openRunFolder } from '../../artifacts.ts'
import { ConnectionFailed } from '../../deeds/connection-failed.ts'
import type { Ran, Run } from '../../deeds/run.ts'
import { handsOn } from '../../deploy/report.ts'
import { takeCaptures } from '../../deploy/captures.ts'
import { CAPTURED, type CapturedFile, splitFiles } from '../../probes/captured.ts'
import { openSite } from '../../probes/site.ts'
import { openScrubber } from '../../scrub.ts'
import { judgeFolder } from '../../verify/judge-folder.ts'
import { verify } from '../../verify/story.ts'
import { aCapture } from '../samples/captured.ts'
import { openPretend } from '../verify/pretend-product.ts'
import { aPlace } from '../verify/run-folder.ts'

const pretend = await openPretend()
afterAll(() => pretend.close())

const CANARY = 'the-key-of-the-cloud-0123456789'
const sample = aCapture()
const dynamic = splitFiles(sample['edge/traefik-dynamic.yml'])
const said = (stdout: string): Ran => ({ code: 0, stdout, stderr: '' })

/** What an engine answers, by how the command ends. The first that fits. */
const ANSWERS: [RegExp, string][] = [
  [/compose ps /, sample['edge/compose-ps.txt']],
  [/compose config$/, sample['edge/compose-config.yaml']],
  [/^cat -- compose\.yaml$/, sample['edge/compose.yaml']],
  [/^cat -- .*\/traefik\.yml$/, sample['edge/traefik-static.yml']],
  [/^ls -1 -- .*\/dynamic$/, dynamic.map(({ path }) => `${path.replace('dynamic/', '')}\n`).join('')],
  ...dynamic.map(({ path, text }): [RegExp, string] => [new RegExp(`^cat -- .*/${path}$`), text]),
  [/traefik env$/, `PATH=/usr/bin:/bin\nDO_AUTH_TOKEN=${CANARY}\nODD=1\n2\n`],
  [/traefik ls /, sample['edge/traefik-ls.txt']],
  [/containers\/ask/, sample['jobs/jobs-health.json']],
  [/psql/, sample['jobs/jobs-queues.json']],
  [/logs .* server-a$/, `{"msg":"with ${CANARY} in it"}\n`],
  [/logs .* (\S+)$/, '{"msg":"a line"}\n'],
]
const host =
  (fault: (words: string) => Ran | undefined = () => undefined): Run =>
  (command) => {
    const words = command.join(' ')
    const answer = ANSWERS.find(([fits]) => fits.test(words))
    return Promise.resolve(fault(words) ?? said(answer?.[1] ?? ''))
  }

async function folderOf(run: Run) {
  const site = openSite({ origin: pretend.origin, address: '127.0.0.1' })
  const base = aPlace()
  const scrubber = openScrubber([CANARY])
  const folder = await openRunFolder({ base, host: 'pretend', timestamped: true, scrubber })
  const hands = {
    ...pretend.hands,
    captures: handsOn(
      { run, environment: 'staging' },
      { mayWrite: false, mayEnqueue: false, mayReachLimits: false },
    ).captures,
  }
  const about = { mode: 'update-only', strict: false, commit: null } as const
  const report = await verify({ site, hands, folder, about, samples: 2 })
  site.close()
  return { folder, report }
}

test('R10, R34: all of it lies in the run folder, scrubbed, and says that only the edge is published', async () => {
  const { folder, report } = await folderOf(host())
  expect(report.portsAndRoutes).toMatchObject({ verdict: 'pass', facts: { notCaptured: {} } })
  for (const file of [...CAPTURED, 'api/api-health.json', 'edge/curl-root.txt', 'edge/curl-api.txt'])
    expect([file, (await folder.read(file))?.length]).toEqual([file, expect.any(Number)])
  for (const file of await folder.files()) expect(await folder.read(file), file).not.toContain(CANARY)
  expect(await folder.read('edge/traefik-env.txt')).toBe(
    'PATH=/usr/bin:/bin\nDO_AUTH_TOKEN=[REDACTED]\nODD=[REDACTED]\n',
  )
  expect(await folder.read('edge/curl-root.txt')).toMatch(/^HTTP 200\n(.+\n)*content-type: text\/html\n/)
  expect(await folder.read('edge/curl-api.txt')).toMatch(/^HTTP 200\n(.+\n)+\n\{"ok":true/)
  expect(await folder.read('server/server-a.log')).toBe('{"msg":"with [REDACTED] in it"}\n')
  expect(JSON.parse((await folder.read('jobs/jobs-health.json')) ?? '')).toMatchObject({ ok: true })
})

test('R29, R34: --folder judges what was captured, and not what was said of it', async () => {
  const { folder } = await folderOf(host())
  const before = await judgeFolder(folder, { strict: false })
  expect(before.portsAndRoutes.verdict).toBe('pass')
  await folder.write('edge/compose-ps.txt', 'postgres\trunning\t\t0.0.0.0:5432->5432/tcp\tpostgres:17\n')
  expect((await judgeFolder(folder, { strict: false })).portsAndRoutes).toMatchObject({
    verdict: 'fail',
    because: 'postgres publishes port 5432.',
  })
  for (const file of CAPTURED) rmSync(join(folder.path, file))
  expect((await judgeFolder(folder, { strict: false })).portsAndRoutes.verdict, 'as recorded').toBe('pass')
})

test('R10, R32: what cannot be taken says so in its file and in the report, and the rest is taken', async () => {
  const { folder, report } = await folderOf(
    host((words) => {
      if (words.includes('logs') && words.endsWith('server-b'))
        return { code: 1, stdout: '', stderr: 'a warning\nno such service: server-b\n' }
      if (words.includes('containers/ask')) return { code: 1, stdout: '{"ok":false}', stderr: '' }
      if (words.includes('psql')) return said('no JSON')
      return undefined
    }),
  )
  const because = 'the log of server-b cannot be read: no such service: server-b'
  expect(await folder.read('server/server-b.log')).toBe(`Not captured: ${because}\n`)
  expect(JSON.parse((await folder.read('jobs/jobs-health.json')) ?? '')).toEqual({
    notCaptured: 'docker compose exec ended with 1: {"ok":false}',
  })
  expect(report.portsAndRoutes.facts['notCaptured']).toEqual({
    'server/server-b.log': because,
    'jobs/jobs-health.json': expect.any(String) as unknown,
    'jobs/jobs-queues.json': expect.any(String) as unknown,
  })
  expect(report.portsAndRoutes.verdict, 'the rest says enough').toBe('pass')
})

test.each([
  [true, 'pass', /^The mail server has let the worker in\.$/],
  [false, 'fail', /letters wait\.$/],
  [null, 'not-checked', /^No mail server is set up/],
  [undefined, 'not-checked', /does not say mail_ok\.$/],
])('a deploy says whether letters can leave: mail_ok: %s', async (mail_ok, verdict, because) => {
  const { report } = await folderOf(
    host((words) =>
      words.includes('containers/ask') ? said(JSON.stringify({ ok: true, db_ok: true, mail_ok })) : undefined,
    ),
  )
  expect(report.mail).toMatchObject({ verdict, because: expect.stringMatching(because) as string })
  if (verdict !== 'not-checked')
    expect(report.mail.facts['status']).toEqual(['sent     12   the oldest is 3 h old'])
})

test('R10: a host that is gone is not asked again and again', async () => {
  let asked = 0
  const target = { host: '203.0.113.7', port: 22, user: 'deploy', keyFile: '/key', hostKey: undefined }
  const gone: Run = () => {
    asked += 1
    return Promise.reject(new ConnectionFailed('unreachable', target))
  }
  const taken = await takeCaptures(gone)
  expect(asked).toBe(1)
  for (const file of CAPTURED satisfies readonly CapturedFile[])
    expect(taken[file]).toEqual({ because: '203.0.113.7 does not answer on port 22.' })
})

test('R10: a site that does not answer is told in the files of its answers', async () => {
  const site = openSite({ origin: 'http://localhost:9', address: '127.0.0.1' })
  const scrubber = openScrubber([])
  const folder = await openRunFolder({ base: aPlace(), host: 'nobody', timestamped: true, scrubber })
  const about = { mode: 'update-only', strict: false, commit: null } as const
  const hands = { mayWrite: false, mayEnqueue: false, mayReachLimits: false }
  const report = await verify({ site, hands, folder, about, samples: 1 })
  expect(report.smoke).toMatchObject({
    verdict: 'fail',
    because: expect.stringContaining('ECONNREFUSED') as string,
  })
  for (const file of ['edge/curl-root.txt', 'edge/curl-api.txt'])
    expect(await folder.read(file)).toMatch(/^Not captured: GET http:\/\/localhost:9\/.*ECONNREFUSED/)
})
