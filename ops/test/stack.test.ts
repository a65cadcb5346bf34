import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { ENV_KEYS } from '@latchkey/shared/env'
import { SECRET_KEYS } from '@latchkey/shared/secret-files'
import { readCompose } from '../checks/compose-file.ts'
import { processEnvFindings } from '../checks/process-env.ts'
import { ROOT } from '../launch/places.mjs'
import { RECIPES, YOURS } from '../secrets/recipes.ts'
import { makeSecrets } from '../secrets/write-secrets.ts'

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

test('A15: with ENV=prod and everything set, each of our processes starts with what compose gives it', () => {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-prod-'))
  const [env, secrets] = [join(home, '.env'), join(home, 'secrets')]
  mkdirSync(secrets)
  for (const [name, text] of makeSecrets('latchkey:')) writeFileSync(join(secrets, name), text)
  for (const name of YOURS) writeFileSync(join(secrets, name), `what-the-operator-was-given-${name}`)
  writeFileSync(env, PROD.join('\n'))
  const read = readCompose(join(ROOT, 'compose.yaml'))
  const findings = 'compose' in read ? processEnvFindings(read.compose, { env, secrets }) : read.findings
  rmSync(home, { recursive: true })
  expect(findings).toEqual([])
})
const PROD = [
  'ENV=prod',
  'PUBLIC_URL=https://product.example.com',
  'ADMIN_EMAIL=ada@example.com',
  'TURNSTILE_SITE_KEY=0x4AAAAAAA-a-site-key',
  'SMTP_HOST=mail.example.com',
  'SMTP_USER=product',
  'EMAIL_FROM_ADDRESS=no-reply@example.com',
]

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
