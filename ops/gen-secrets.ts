import { BRAND } from '@latchkey/shared/brand'
import { readEnv } from '@latchkey/shared/env'
import { Advice } from './launch/advice.mjs'
import { openSecretFolder } from './secrets/folder.ts'
import { asEnvLines } from './secrets/env-lines.ts'
import { makeSecrets, type Outcome, writeSecrets } from './secrets/write-secrets.ts'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run gen-secrets --',
  says: 'Makes strong secrets. With --write it fills a folder with those that it lacks and shows none of them; without it, it prints a whole set as NAME=value.',
  flags: {
    write: { takes: 'DIR', says: 'The folder: secrets, beside compose.yaml.' },
    force: {
      takes: 'NAME',
      many: true,
      says: 'Make this one anew, and what is made from it; may be repeated.',
    },
    'redis-prefix': { takes: 'PREFIX', says: `RATE_LIMIT_REDIS_PREFIX, where it is not ${BRAND.slug}:` },
    ...JSON_FLAG,
  },
} as const

const MEANS: Record<Outcome, string> = {
  made: 'made',
  kept: 'kept as it was',
  yours: 'empty; only you can know it, and it may be left so',
}

/** It becomes a word of a list of rules: what the processes would not take is no prefix. */
function requirePrefix(prefix: string): void {
  const read = readEnv({ RATE_LIMIT_REDIS_PREFIX: prefix })
  const problem = read.ok
    ? undefined
    : read.problems.find((one) => one.startsWith('RATE_LIMIT_REDIS_PREFIX '))
  if (problem === undefined && prefix.trim() === prefix && prefix !== '') return
  throw new Advice(
    `--redis-prefix ${JSON.stringify(prefix)} is none: ${problem ?? 'RATE_LIMIT_REDIS_PREFIX must be 1 to 64 letters'}.`,
    `Next: the value of RATE_LIMIT_REDIS_PREFIX, such as ${BRAND.slug}:`,
  )
}

await runTool(TOOL, ({ write, force, json, 'redis-prefix': redisPrefix = `${BRAND.slug}:` }) => {
  requirePrefix(redisPrefix)
  if (write === undefined) {
    if (json || force.length > 0)
      throw new Advice(
        '--json and --force are about a folder.',
        'Next: npm run gen-secrets -- --write secrets',
      )
    return { lines: asEnvLines(makeSecrets(redisPrefix)), json: undefined, ok: true }
  }
  const secrets = writeSecrets(openSecretFolder(write), { force, redisPrefix })
  const lines = secrets.map(({ name, outcome }) => `  ${name.padEnd(24)}${MEANS[outcome]}`)
  return { lines: [`${write}:`, ...lines], json: { ok: true, folder: write, secrets }, ok: true }
})
