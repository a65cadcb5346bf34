import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const text = readFileSync(join(ROOT, 'Makefile'), 'utf8')
const targets = [...text.matchAll(/^([a-z-]+):/gm)].map(([, name = '']) => name)
const read = (path: string) =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as { scripts?: Record<string, string> }
const make = (...args: string[]) => spawnSync('make', args, { cwd: ROOT, encoding: 'utf8' })
const hasMake = make('--version').status === 0

describe('V6: the Makefile is a thin face of the npm scripts', () => {
  test('every target is phony and has its line of help', () => {
    const phony = (text.replaceAll('\\\n', ' ').match(/^\.PHONY:(.+)$/m)?.[1] ?? '')
      .split(/\s+/)
      .filter(Boolean)
    expect(phony.toSorted()).toEqual(targets.toSorted())
    for (const target of targets) expect(text, target).toMatch(new RegExp(`^${target}:.* ## \\S`, 'm'))
  })

  test('every script that it names is there', () => {
    const scripts = {
      '.': read('package.json').scripts,
      client: read('client/package.json').scripts,
      server: read('server/package.json').scripts,
    }
    for (const [, name = '', , where = ''] of text.matchAll(
      /^\tnpm (?:run )?([\w:-]+)( -w \$\((\w+)_DIR\))?/gm,
    )) {
      const workspace = where === 'FRONTEND' ? 'client' : where === 'BACKEND' ? 'server' : '.'
      expect(Object.keys(scripts[workspace] ?? {}), `${workspace}: ${name}`).toContain(name)
    }
  })

  test.runIf(hasMake).each(targets)('make -n %s', (target) => {
    const { status, stderr } = make('-n', target)
    expect([status, stderr]).toEqual([0, ''])
  })

  test.runIf(hasMake)('make alone lists them all', () => {
    const { stdout } = make()
    for (const target of targets) expect(stdout).toContain(`make ${target} `)
  })
})
