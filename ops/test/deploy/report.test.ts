import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openFolder } from '../../artifacts.ts'
import { failureOf } from '../../deploy/deploy-part.ts'
import { edgePartsOf } from '../../deploy/edge-settings.ts'
import { askEngine } from '../../deploy/engine.ts'
import { fingerprintOf } from '../../deploy/fingerprint.ts'
import { type About, reportFailure } from '../../deploy/report.ts'
import { Advice } from '../../launch/advice.mjs'
import { unasked } from '../../probes.ts'
import { reportOf } from '../../report/report.ts'
import { type DeployPart, reportSchema } from '../../report/schema.ts'
import { openScrubber } from '../../scrub.ts'
import { readSettings } from '../../settings.ts'
import { aPlace } from '../verify/run-folder.ts'

const HASH = `$2y$12$${'a'.repeat(53)}`
function aRead(change: Record<string, string> = {}, app: Record<string, string> = {}) {
  const usual = { ENV: 'staging', WEBSITE_DOMAIN: 'example.com', ACME_EMAIL: 'ops@example.com' }
  const admin = { ADMIN_ALLOWLIST: '192.0.2.7/32', ADMIN_BASIC_AUTH: `ada:${HASH}` }
  const read = readSettings({ ...usual, ...admin, ...change })
  if (!read.ok) throw new Error(read.problems.join())
  const files = { settingsFile: 'deploy.env', envFile: 'app.env', memoryFile: 'deploy.state.json' }
  return { ...files, settings: read.settings, processSettings: app }
}

test('O9: the fingerprint is another where a setting is: of the deploy, of the processes, of the edge', () => {
  const of = (...given: Parameters<typeof aRead>) => {
    const read = aRead(...given)
    return fingerprintOf(read, edgePartsOf(read.settings, undefined))
  }
  const usual = of()
  expect(usual).toMatch(/^[0-9a-f]{16}$/)
  expect([of(), of({ DEPLOY_SSH_KEY_FILE: '/home/ada/key', DEPLOY_HOST: '192.0.2.1' })]).toEqual([
    usual,
    usual,
  ])
  const others = [
    of({ DO_APP_BRANCH: 'next' }),
    of({}, { SMTP_HOST: 'mail.example.com' }),
    of({}, { SMTP_HOST: 'mail.example.org' }),
    of({ ADMIN_DNS_LABEL: 'office' }),
    of({ ADMIN_BASIC_AUTH: `bob:${HASH}` }),
  ]
  expect(new Set([usual, ...others]).size).toBe(1 + others.length)
})

test('the cause of a failure is one sentence, whoever says it', () => {
  const { error } = z.strictObject({ head: z.string() }).safeParse({})
  expect(failureOf(error!).because).toMatch(/^What was answered is not what a deploy expects: .*at head$/)
  expect(failureOf(new Error('\n')).because).toBe('Error')
  expect(failureOf(new Advice('It is held.', 'by Ada', 'Next: ask her'))).toMatchObject({
    because: 'It is held.',
    next: 'ask her',
  })
})

test('an engine that says nothing, or is gone, is not known, and keeps nobody from a report', async () => {
  const release = { commit: 'a'.repeat(40), tag: 'a'.repeat(12), head: '0001_a', at: '' }
  const nothing = { docker: null, compose: null }
  for (const run of [
    () => Promise.resolve({ code: 0, stdout: '', stderr: '' }),
    () => Promise.reject(new Error('gone')),
  ]) {
    const engine = await askEngine({ run }, { release, previous: undefined })
    expect([engine.versions, engine.digestOf(release.tag)]).toEqual([nothing, null])
  }
})

const about: About = {
  startedAt: new Date(),
  mode: 'full',
  strict: false,
  commit: 'abc',
  signWith: undefined,
}
const deploy: DeployPart = {
  ...{ environment: 'staging', branch: 'main', reason: '--full was given', release: null, previous: null },
  ...{ migrations: { before: null, after: null }, configFingerprint: null, backup: null, steps: [] },
  ...{ rollback: { decision: 'not-needed', because: 'All is well.' }, logExcerpt: null },
}

test.each([
  ['before there was anything to ask', about, /^The deploy ended before there was anything to ask/],
  ['among the questions', { ...about, deploy }, /^The questions broke off/],
])('R32, O9: a run that broke %s has a report, whatever broke', async (_where, known, because) => {
  const folder = await openFolder(join(aPlace(), 'run'), openScrubber([]))
  const report = await reportFailure(folder, new TypeError('x is no function'), aRead(), {
    about: known,
    asked: undefined,
  })
  expect(reportSchema.parse(JSON.parse((await folder.read('meta/post-deploy-report.json')) ?? ''))).toEqual(
    report,
  )
  expect(report).toMatchObject({
    success: false,
    failures: [{ name: 'deploy', because: 'x is no function' }],
  })
  expect(report.smoke.because).toMatch(because)
  expect(report.deploy).toEqual(known.deploy)
})

test('R32, O9: what the questions have answered stays, where something broke after them', async () => {
  const folder = await openFolder(join(aPlace(), 'run'), openScrubber([]))
  const site = { url: 'https://example.com', address: '192.0.2.1' }
  const asked = reportOf(unasked('It was asked.'), { ...about, site, versions: { product: '1', node: '24' } })
  await folder.write('meta/smoke.json', asked.smoke)
  const told = { about: { ...about, deploy }, asked }
  const report = await reportFailure(folder, new Error('the lock is gone'), aRead(), told)
  expect(report).toMatchObject({ success: false, site, failures: [{ because: 'the lock is gone' }] })
  expect(report.smoke.because).toBe('It was asked.')
  expect(await folder.read('meta/smoke.json')).toContain('It was asked.')
})
