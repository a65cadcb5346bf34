import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { Advice } from './launch/advice.mjs'
import { ROOT } from './launch/places.mjs'
import { placeAt } from './stack/place.ts'
import { stackOf } from './stack/render.ts'
import { stackText } from './stack/text.ts'
import { JSON_FLAG, runTool } from './tool.ts'

/** `npm run stack`: compose.yaml for more than one machine (decision 32). */
const TOOL = {
  usage: 'npm run stack --',
  says: 'Makes a stack for `docker stack deploy` from compose.yaml and the .env and secrets beside it. Holds no secret.',
  flags: {
    compose: { takes: 'FILE', says: 'The services (compose.yaml).' },
    env: { takes: 'FILE', says: 'What they are told (.env beside it).' },
    servers: { takes: 'N', says: 'How many servers; 2.' },
    image: {
      takes: 'NAME',
      says: 'Our image in a registry, without its tag: registry.example.com/team/product.',
    },
    write: { takes: 'FILE', says: 'Where to, in the folder of compose.yaml; else it is printed.' },
    ...JSON_FLAG,
  },
} as const

await runTool(TOOL, ({ compose, env, servers, image, write }) => {
  const file = compose === undefined ? join(ROOT, 'compose.yaml') : resolve(compose)
  const place = dirname(file)
  const made = stackOf(
    readText(file),
    {
      env: readEnvFile(env === undefined ? join(place, '.env') : resolve(env), file),
      ...(servers !== undefined && { servers: countOf(servers) }),
      ...(image !== undefined && { image: imageName(image) }),
    },
    placeAt(place),
  )
  const text = stackText(made)
  if (write === undefined) return { lines: [text.trimEnd()], json: { ok: true, ...made }, ok: true }
  writeFileSync(beside(place, resolve(write)), text)
  return {
    lines: [
      `${write}:`,
      ...made.said.map((line) => `  ${line}`),
      `Next: docker stack deploy -c ${write} NAME`,
    ],
    json: { ok: true, written: write, said: made.said },
    ok: true,
  }
})

function readText(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8')
  throw new Advice(`${file} is not there.`, 'Next: --compose FILE')
}

function readEnvFile(file: string, compose: string) {
  const env = parseEnv(readText(file))
  const others = (env['COMPOSE_FILE'] ?? '')
    .split(':')
    .filter((one) => one && resolve(dirname(compose), one) !== compose)
  if (others.length === 0) return env
  throw new Advice(
    `COMPOSE_FILE names more than one file (${others.join(', ')}), and a stack is made from one.`,
    'Next: bring them together in one, and name it with --compose.',
  )
}

/** The stack names files beside it. */
function beside(place: string, file: string): string {
  if (dirname(file) === place) return file
  throw new Advice(
    'A stack names secrets and files that lie beside compose.yaml.',
    `Next: --write ${join(relative('', place), 'stack.yaml')}`,
  )
}

function countOf(typed: string): number {
  if (/^[1-9]\d{0,2}$/.test(typed)) return Number(typed)
  throw new Advice(`--servers ${typed} is no number of servers.`, 'Next: --servers 4')
}

function imageName(typed: string): string {
  if (/^[a-z0-9][a-z0-9._/:-]{0,200}$/.test(typed) && !/:[^/]*$/.test(typed)) return typed
  throw new Advice(
    `--image ${typed} is no name of an image without a tag.`,
    'Next: --image registry.example.com/team/product',
  )
}
