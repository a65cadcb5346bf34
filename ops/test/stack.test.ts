import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { ENV_KEYS } from '@latchkey/shared/env'
import { SECRET_KEYS } from '@latchkey/shared/secret-files'
import { ROOT } from '../launch/places.mjs'
import { RECIPES, YOURS } from '../secrets/recipes.ts'

type Service = { image: string; environment?: Record<string, string>; secrets?: string[]; networks: object }
const compose = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
}
const services = Object.entries(compose.services)

/** What a container is told by compose.yaml itself, or has no use for. */
const NOT_PASSED_ON = ['DATA_DIR', 'DEBUG', 'COMMON_PASSWORDS_FILE', 'RATE_LIMITS', 'CAPTCHA']

test('each setting reaches the processes, or stands in the list of those that do not', () => {
  const told = new Set(services.flatMap(([, { environment = {} }]) => Object.keys(environment)))
  const wanted = ENV_KEYS.map((key) => (SECRET_KEYS.some((secret) => secret === key) ? `${key}_FILE` : key))
  expect(wanted.filter((key) => !told.has(key)).sort()).toEqual([...NOT_PASSED_ON].sort())
})

test('a container is given the secrets that it is told of, and no other', () => {
  for (const [name, { environment = {}, secrets = [] }] of services.filter(([, { image }]) =>
    image.startsWith('latchkey'),
  )) {
    const told = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'))
    const files = new Set(told.map((path) => path.replace('/run/secrets/', '')))
    expect([...secrets].sort(), name).toEqual([...files, 'postgres_cert'].sort())
  }
})

test('A16: every secret of the stack is one that gen-secrets makes, or leaves empty for the operator', () => {
  const made = [...RECIPES.map(({ name }) => name), ...YOURS].sort()
  expect(Object.keys(compose.secrets).sort()).toEqual(made)
  for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`secrets/${name}`)
})

test('Q1: docs/STACK.md lists the services that there are, each with its image', () => {
  const table =
    readFileSync(join(ROOT, 'docs/STACK.md'), 'utf8').split('## In containers')[1]?.split('\n## ')[0] ?? ''
  const listed = [...table.matchAll(/^\| ([a-z][\w, -]*?) +\| (\S+)/gm)].flatMap(
    ([, names = '', image = '']) => names.split(', ').map((name) => [name, image.replaceAll('`', '')]),
  )
  const real = services.map(([name, { image }]) => [name, image.startsWith('latchkey') ? 'ours' : image])
  expect(listed.sort()).toEqual(real.sort())
})
