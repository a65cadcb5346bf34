import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import type { Ran } from '../../deeds/run.ts'

/** As much of docker as a deploy asks of it: images, containers and a database are files in a folder, and nothing runs. */
export type Container = {
  id: string
  image: string
  stamp: string
  state: 'running' | 'exited'
  code: number
}
/** A service that does not get well, with what it says; one build of it, or each. */
export type Sick = {
  service: string
  tag?: string
  code?: number
  says: string
  isOutOfMemory?: boolean
  when?: 'its work is done'
}
type Engine = { at: string; tag: string; stamp: string; words: string[] }
type Deed = (engine: Engine) => Said | Promise<Said>
type Said = string | Partial<Ran>

/** The longest beginning wins. What is not known is refused, so that a new command is noticed. */
const DEEDS: Readonly<Record<string, Deed>> = {
  version: () => `${JSON.stringify({ Client: { Version: '28.0.0' }, Server: { Version: '28.0.0' } })}\n`,
  info: () => '28.0.0\n',
  'compose version': () => '2.35.0\n',
  'compose config': async () => {
    // Most calls want none of it, and it takes as long as all the rest.
    const { parse, stringify } = await import('yaml')
    return stringify(parse(readFileSync('compose.yaml', 'utf8'), { merge: true }), {
      aliasDuplicateObjects: false,
    })
  },
  'compose config --quiet': () => '',
  'compose config --services': () => `${SERVICES.join('\n')}\n`,
  'compose build': build,
  'compose up': up,
  'compose run': runOnce,
  'compose exec': execute,
  'compose ps --all --quiet': ({ at, words }) =>
    servicesIn(words)
      .map((service) => `${findContainer(at, service)?.id ?? ''}\n`)
      .join(''),
  'compose ps --all --format': showContainers,
  'compose ps --all --format json': listContainers,
  'compose logs': async ({ at, words }) => {
    const service = words.at(-1) ?? ''
    const lines = Number(words[words.indexOf('--tail') + 1])
    const said = sickOf(at, service)?.says ?? (await ask(at, { logs: service })).stdout
    return `${said.trimEnd().split('\n').slice(-lines).join('\n')}\n`
  },
  'compose stop': () => '',
  'compose rm': () => '',
  'container inspect': inspectContainer,
  'image inspect': inspectImage,
  'image ls': ({ at, words }) =>
    (words.at(-1) === PRODUCT ? tagsIn(at) : [])
      .map((tag) => `${JSON.stringify({ Repository: PRODUCT, Tag: tag, ID: `sha256:${tag}` })}\n`)
      .join(''),
  'image rm': removeImage,
  'buildx build': () => ({ stderr: '#1 FROM node\n' }),
  'run --rm --init': ({ words }) => `the suite of ${words.at(-1)} is green\n`,
  'builder prune': () => 'Total reclaimed space: 0B\n',
}
const PRODUCT = 'latchkey'
const SERVICES = ['postgres', 'redis', 'migrate', 'server-a', 'server-b', 'jobs', 'traefik']
const OURS = ['migrate', 'server-a', 'server-b', 'jobs']

/** Answers the code that docker would end with. */
export async function playEngine(at: string, words: string[]): Promise<number> {
  for (const room of ['images', 'containers', 'databases']) mkdirSync(join(at, room), { recursive: true })
  const line = words.join(' ')
  const known = Object.keys(DEEDS).filter((start) => `${line} `.startsWith(`${start} `))
  const [start = ''] = known.toSorted((one, other) => other.length - one.length)
  const settings = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  const deed = DEEDS[start] ?? (() => ({ code: 125, stderr: `docker: nobody plays: ${line}\n` }))
  const { IMAGE_TAG: tag = '', EDGE_STAMP: stamp = '' } = settings
  const said = await deed({ at, tag, stamp, words })
  const ran: Partial<Ran> = typeof said === 'string' ? { stdout: said } : said
  const { code = 0, stdout = '', stderr = '' } = ran
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return code
}

function build({ at, tag }: Engine): Said {
  keep(at, `images/${tag}`, { [`${PRODUCT}.commit`]: tag })
  return { stderr: `#1 [build 1/2] FROM node\n#2 naming to ${PRODUCT}:${tag}\n` }
}

function up({ at, tag, words, ...engine }: Engine): Said {
  for (const service of servicesIn(words)) {
    // As compose does: a label that differs makes another container.
    const stamp = service === 'traefik' ? engine.stamp : ''
    if (OURS.includes(service) && !existsSync(join(at, 'images', tag)))
      return { code: 1, stderr: `Error response from daemon: No such image: ${PRODUCT}:${tag}\n` }
    const image = OURS.includes(service) ? `${PRODUCT}:${tag}` : service
    const before = findContainer(at, service)
    const sick = sickOf(at, service, tag)
    const isAsItWas = before?.image === image && before.stamp === stamp && before.state === 'running' && !sick
    const code = sick ? (sick.code ?? 1) : 0
    const now = { id: newId(), image, stamp, state: sick ? ('exited' as const) : ('running' as const), code }
    if (!isAsItWas) keep(at, `containers/${service}`, now)
    if (sick)
      return { code: 1, stderr: `container ${PRODUCT}-${service}-1 exited (${code})\ndependency failed\n` }
  }
  return { stderr: ' Container all Healthy\n' }
}

/** The one-shot service: the migration itself, or one of the product's own programs. */
async function runOnce({ at, tag, words }: Engine): Promise<Said> {
  if (!existsSync(join(at, 'images', tag))) return { code: 1, stderr: `No such image: ${PRODUCT}:${tag}\n` }
  const [, , ...program] = words.slice(words.indexOf('--'))
  if (program.length === 0) return migrate(at)
  if (program.join(' ') === 'node db/src/migrate.ts range') return rangeOf(at)
  return ask(at, { tool: program.slice(1) })
}

/** From the migrations of the checkout itself: the last one, and the last that no older build can live with. */
function migrate(at: string): Said {
  const sick = sickOf(at, 'migrate')
  if (sick && !sick.when) return { code: 1, stdout: sick.says }
  const breaking = migrations().filter((name) =>
    readFileSync(`db/migrations/${name}.ts`, 'utf8').includes('export const breaksOlder = true'),
  )
  keep(at, 'database', { live: migrations().at(-1) ?? null, oldest: breaking.at(-1) ?? null })
  keep(at, `databases/${PRODUCT}`, { 'public.users': 3, 'public.sessions': 5 })
  return sick ? { code: 1, stdout: sick.says } : `migrated\n${rangeOf(at)}`
}

const rangeOf = (at: string): string =>
  `${JSON.stringify({ head: migrations().at(-1) ?? null, ...databaseOf(at) })}\n`

const migrations = (): string[] =>
  readdirSync('db/migrations')
    .filter((name) => /^\d{4}_\w+\.ts$/.test(name))
    .map((name) => name.replace(/\.ts$/, ''))
    .sort()

const databaseOf = (at: string) =>
  (find(at, 'database') ?? { live: null, oldest: null }) as { live: string | null; oldest: string | null }

async function execute({ at, words }: Engine): Promise<Said> {
  const [, program = '', ...rest] = words.slice(2).filter((word) => !/^(-T|--no-TTY|--)$/.test(word))
  const name = rest.at(-1) ?? ''
  const database = `databases/${name}`
  if (program === 'containers/ask') return answerInside(at, name)
  if (program === 'ls')
    return (
      '/acme:\n' + ['le', 'le-staging'].map((one) => `-rw------- 1 0 0 9 Nov 22 00:50 ${one}.json\n`).join('')
    )
  if (program === 'psql') return answerSql(at, rest)
  if (program === 'pg_dump') return `PGDMP${JSON.stringify(find(at, database))}`
  if (program === 'createdb') keep(at, database, {})
  if (program === 'dropdb') rmSync(join(at, database), { force: true })
  if (program === 'pg_restore')
    keep(
      at,
      `databases/${name.replace('--dbname=', '')}`,
      JSON.parse((await text(process.stdin)).slice('PGDMP'.length)),
    )
  return program === 'redis-cli' ? 'PONG\n' : ''
}

/** containers/ask, in the server and in the worker. */
function answerInside(at: string, url: string): Said | Promise<Said> {
  return url.endsWith('/metrics') ? ask(at, { metrics: true }) : '{"ok":true,"db_ok":true,"mail_ok":true}'
}

/** As much of SQL as a deploy asks in: each question is known by what only it says. */
async function answerSql(at: string, words: string[]): Promise<Said> {
  const inWords = words.includes('--command')
  const question = inWords ? (words.at(-2) ?? '') : await text(process.stdin)
  const database = inWords ? (words.at(-1) ?? '') : (words.at(-1) ?? '').replace('--dbname=', '')
  const tables = find(at, `databases/${database}`) ?? {}
  if (question.includes('query_to_xml')) return rowsOf(find(at, `databases/${database}`))
  if (question.includes('pg_attribute'))
    return Object.keys(tables)
      .map((table) => `column ${table}.id integer not null\n`)
      .join('')
  if (question.includes('pg_database')) return find(at, `databases/${PRODUCT}`) ? '1\n' : ''
  if (question.includes('pg_tables')) return Object.keys(tables).length > 0 ? '1\n' : ''
  if (question.includes('pgboss.queue')) return '[]\n'
  return `${databaseOf(at).live ?? ''}\n`
}

function rowsOf(tables: unknown): Said {
  if (!tables) return { code: 2, stderr: 'psql: error: FATAL: database does not exist\n' }
  return Object.entries(tables)
    .map(([table, count]) => `${table}|${String(count)}\n`)
    .join('')
}

function listContainers({ at }: Engine): Said {
  return SERVICES.flatMap((service) => {
    const found = findContainer(at, service)
    if (!found) return []
    const { id, image, state } = found
    const isWell = state === 'running' && !sickOf(at, service, image.split(':')[1])
    const row = { Service: service, ID: id, Image: image, State: state, Name: `${PRODUCT}-${service}-1` }
    return `${JSON.stringify({ ...row, Health: isWell ? 'healthy' : 'unhealthy' })}\n`
  }).join('')
}

function showContainers({ at }: Engine): Said {
  const ports = (service: string) => (service === 'traefik' ? '0.0.0.0:80->80/tcp, 0.0.0.0:443->443/tcp' : '')
  return SERVICES.flatMap((service) => {
    const found = findContainer(at, service)
    return found ? `${[service, found.state, 'healthy', ports(service), found.image].join('\t')}\n` : []
  }).join('')
}

function inspectContainer({ at, words }: Engine): Said {
  const service = SERVICES.find((one) => findContainer(at, one)?.id === words.at(-1))
  const found = service && findContainer(at, service)
  if (!found) return { code: 1, stderr: `Error: No such container: ${words.at(-1)}\n` }
  const sick = sickOf(at, service)
  const checks = sick ? [{ ExitCode: 1, Output: sick.says }] : []
  return `${JSON.stringify({
    Status: found.state,
    ExitCode: found.code,
    OOMKilled: sick?.isOutOfMemory ?? false,
    Health: { Status: sick ? 'unhealthy' : 'healthy', Log: checks },
  })}\n`
}

function inspectImage({ at, words }: Engine): Said {
  const tag = (words.at(-1) ?? '').split(':')[1] ?? ''
  const labels = find(at, `images/${tag}`)
  if (!labels) return { code: 1, stdout: '\n', stderr: `Error: No such image: ${words.at(-1)}\n` }
  return `${JSON.stringify({ Id: `sha256:${tag}`, Config: { Labels: labels } })}\n`
}

function removeImage({ at, words }: Engine): Said {
  const image = words.at(-1) ?? ''
  const isUsed = SERVICES.some((service) => findContainer(at, service)?.image === image)
  if (isUsed) return { code: 1, stderr: `conflict: unable to remove ${image}: image is being used\n` }
  const [name, tag = ''] = image.split(':')
  if (name === PRODUCT) rmSync(join(at, 'images', tag), { force: true })
  return `Untagged: ${image}\n`
}

/** What a container of the product would answer, the product answers that the test has opened. */
async function ask(at: string, question: object): Promise<Ran> {
  const url = readFileSync(join(at, 'product'), 'utf8')
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(question) })
  return (await answer.json()) as Ran
}

function sickOf(at: string, service: string, tag?: string): Sick | undefined {
  const all = (find(at, 'sick') ?? []) as Sick[]
  const image = tag ?? findContainer(at, service)?.image.split(':')[1]
  return all.find((one) => one.service === service && (one.tag === undefined || one.tag === image))
}

const servicesIn = (words: string[]): string[] =>
  words.includes('--') ? words.slice(words.indexOf('--') + 1) : SERVICES.filter((name) => name !== 'migrate')
const tagsIn = (at: string): string[] => readdirSync(join(at, 'images'))
const newId = (): string => randomBytes(32).toString('hex')

export const findContainer = (at: string, service: string): Container | undefined =>
  find(at, `containers/${service}`) as Container | undefined

function find(at: string, name: string): unknown {
  const file = join(at, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** Whole or not at all: whoever plays may be killed at any moment, and others look meanwhile. */
function keep(at: string, name: string, value: unknown): void {
  const file = join(at, name)
  const beside = join(at, `.${newId()}`)
  writeFileSync(beside, JSON.stringify(value))
  renameSync(beside, file)
}
