import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../launch/places.mjs'

const FOLDER = join(ROOT, '.github/workflows')
const FILES = readdirSync(FOLDER)

type Step = { uses?: string; run?: string; with?: Record<string, unknown> }
type Workflow = {
  on: Record<string, unknown>
  permissions: Record<string, string>
  jobs: Record<string, { 'timeout-minutes'?: number; permissions?: unknown; steps: Step[] }>
}
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

test('U3, U4: each has its workflow', () => {
  expect(FILES).toEqual(expect.arrayContaining(['ci-contract.yml', 'ci-repo-guards.yml']))
})

describe.each(FILES)('%s', (file) => {
  const workflow = parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow
  const jobs = Object.values(workflow.jobs)
  const steps = jobs.flatMap((job) => job.steps)

  test('M6: may read and nothing else, runs for whoever asks without what is secret, and ends', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(workflow.on).not.toHaveProperty('pull_request_target')
    for (const job of jobs) {
      expect(job).not.toHaveProperty('permissions')
      expect(job['timeout-minutes']).toBeLessThanOrEqual(90)
    }
    expect(JSON.stringify(workflow)).not.toContain('secrets.')
  })

  test('M6: what is used of others is pinned to one commit of theirs', () => {
    for (const { uses, with: told } of steps.filter((step) => step.uses !== undefined)) {
      expect(uses).toMatch(/^actions\/checkout@[0-9a-f]{40}$/)
      expect(told).toEqual({ 'persist-credentials': false })
    }
  })

  test('runs what a person runs, in the same words, and nothing that somebody else has typed', () => {
    const runs = steps.flatMap((step) => step.run ?? [])
    expect(runs[0]).toBe('npm ci')
    for (const line of runs.slice(1)) {
      const [, script = ''] = /^npm run ([\w:-]+)(?: -- [\w -]+)?$/.exec(line) ?? []
      expect(Object.keys(scripts), line).toContain(script)
    }
  })
})
