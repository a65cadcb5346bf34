import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPlaceholder } from '@latchkey/shared/placeholder'
import { RECIPES, YOURS } from '../secrets/recipes.ts'
import { doubtful, type Finding, wrong } from './finding.ts'

/** Long enough to do something about it on a working day. */
const DAYS_LEFT = 30
const DAY_MS = 86_400_000

/** Whether `secrets/` holds what the containers will ask for, shut to others, and fitting together. */
export function secretsFindings(folder: string, redisPrefix: string): Finding[] {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  const make = `npm run gen-secrets -- --write ${folder}`
  if (!stat?.isDirectory()) return [wrong(folder, 'is not there', make)]
  const names = [...RECIPES.map(({ name }) => name), ...YOURS]
  const texts = new Map(names.map((name) => [name, textOf(join(folder, name))]))
  const missing = names.filter((name) => texts.get(name) === undefined)
  const there = names.filter((name) => texts.get(name) !== undefined)
  return [
    ...modeFindings(folder, 0o700),
    ...missing.map((name) => wrong(join(folder, name), 'is not there', make)),
    ...there.flatMap((name) => [
      ...modeFindings(join(folder, name), 0o444),
      ...contentFindings(folder, name, texts.get(name) ?? ''),
    ]),
    ...redisFindings(folder, texts, redisPrefix),
    ...certificateFindings(folder, texts),
  ]
}

function textOf(path: string): string | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined
  return readFileSync(path, 'utf8')
}

function modeFindings(path: string, meant: number): Finding[] {
  const mode = lstatSync(path).mode & 0o7777
  if (mode === meant || process.platform === 'win32') return []
  const octal = (bits: number) => `0${bits.toString(8)}`
  return [
    wrong(
      path,
      `has the mode ${octal(mode)} instead of ${octal(meant)} (O10)`,
      `chmod ${octal(meant)} ${path}`,
    ),
  ]
}

function contentFindings(folder: string, name: string, text: string): Finding[] {
  const isYours = YOURS.some((one) => one === name)
  const make = isYours
    ? `install -m 0444 /dev/stdin ${join(folder, name)}`
    : `npm run gen-secrets -- --write ${folder} --force ${name}`
  // Whoever names one of yours all the same is told so by its settings.
  if (text.trim() === '') return isYours ? [] : [wrong(join(folder, name), 'is empty', make)]
  if (!isPlaceholder(passwordOf(text))) return []
  return [wrong(join(folder, name), 'holds a placeholder (A15)', make)]
}

const passwordOf = (text: string): string =>
  (URL.canParse(text.trim()) && new URL(text.trim()).password) || text

type Texts = ReadonlyMap<string, string | undefined>

/** Redis knows the hash of the password that the server shows, and the keys under its prefix. */
function redisFindings(folder: string, texts: Texts, prefix: string): Finding[] {
  const [url, users] = [texts.get('redis_url')?.trim(), texts.get('redis_users')]
  if (!url || !users || !URL.canParse(url)) return []
  const where = join(folder, 'redis_users')
  const make = `npm run gen-secrets -- --write ${folder} --force redis_users --redis-prefix ${prefix}`
  const hash = createHash('sha256')
    .update(decodeURIComponent(new URL(url).password))
    .digest('hex')
  return [
    ...(users.includes(`#${hash} `)
      ? []
      : [wrong(where, 'does not know the password in redis_url (N7)', make)]),
    ...(users.includes(` ~${prefix}* `)
      ? []
      : [wrong(where, 'is for other keys than RATE_LIMIT_REDIS_PREFIX (N7)', make)]),
    ...(/^user default off /m.test(users) ? [] : [wrong(where, 'lets anybody in without a name (N7)', make)]),
  ]
}

function certificateFindings(folder: string, texts: Texts): Finding[] {
  const [cert, key] = [texts.get('postgres_cert'), texts.get('postgres_key')]
  if (!cert || !key) return []
  const where = join(folder, 'postgres_cert')
  const make = `npm run gen-secrets -- --write ${folder} --force postgres_cert`
  try {
    const certificate = new X509Certificate(cert)
    const daysLeft = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS)
    return [
      ...(certificate.checkPrivateKey(createPrivateKey(key))
        ? []
        : [wrong(where, 'is not of postgres_key (Q13)', make)]),
      ...(certificate.checkHost('postgres') ? [] : [wrong(where, 'is not made out to postgres (N5)', make)]),
      ...(daysLeft >= DAYS_LEFT
        ? []
        : [
            daysLeft < 0
              ? wrong(where, 'is over (N5)', make)
              : doubtful({ where, what: `ends in ${daysLeft} days`, next: make }),
          ]),
    ]
  } catch {
    return [wrong(where, 'or postgres_key is no PEM (Q13)', make)]
  }
}
