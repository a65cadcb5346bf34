import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BRAND } from '@latchkey/shared/brand'
import { readCompose } from '../checks/compose-file.ts'
import { type Finding, linesOf } from '../checks/finding.ts'
import { preflight, type Ground } from '../checks/preflight.ts'
import { processEnvFindings } from '../checks/process-env.ts'
import { ROOT } from '../launch/places.mjs'
import { makeSecrets } from '../secrets/write-secrets.ts'
import { YOURS } from '../secrets/recipes.ts'
import { Unusable } from '../unusable.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { linesOfEnv, stackEnvOf } from './stack-files.ts'
import type { Given } from './tool.ts'

/** What is wrong here is wrong there: nobody is asked, and nothing is sent. */
class PreflightFailed extends Unusable {}

/**
 * A15: what the processes would say to their settings, in every deploy; with --preflight all that can be seen from here
 * (R28). The secrets are on the droplet; some made for the moment stand for them.
 */
export function refuseUnfit(given: Given, read: DeploySettings, { note }: Progress): void {
  const findings = withPlaces(read, (places) => {
    if (given.preflight || given['all-tests']) return preflight(places)
    const compose = readCompose(places.compose)
    return 'compose' in compose ? processEnvFindings(compose.compose, places) : compose.findings
  })
  const bad = findings.filter(({ level }) => level === 'error' || given.strict)
  if (bad.length > 0)
    throw new PreflightFailed(...linesOf(bad), 'Next: mend that, and run the same again. Nothing was sent.')
  for (const line of linesOf(findings)) note(line)
}

function withPlaces(read: DeploySettings, deed: (places: Ground) => Finding[]): Finding[] {
  const home = mkdtempSync(join(tmpdir(), `${BRAND.slug}-preflight-`))
  const [env, secrets] = [join(home, 'app.env'), join(home, 'secrets')]
  try {
    const values = stackEnvOf(read.settings, read.processSettings, 'preflight')
    mkdirSync(secrets, { mode: 0o700 })
    for (const [name, text] of [...makeSecrets(`${BRAND.slug}:`), ...yoursFor(values)])
      writeFileSync(join(secrets, name), text, { mode: 0o444 })
    writeFileSync(env, linesOfEnv(values), { mode: 0o600 })
    const [settings, compose] = [read.settingsFile, join(ROOT, 'compose.yaml')]
    const findings = deed({ root: ROOT, env, compose, settings, secrets, environment: process.env })
    return findings.map((one) =>
      inOperatorsWords(one, { [env]: read.envFile, [secrets]: 'secrets on the host' }),
    )
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** What was looked at was made for the moment: whoever mends it has other files. */
function inOperatorsWords(finding: Finding, names: Readonly<Record<string, string>>): Finding {
  const named = (text: string) =>
    Object.entries(names).reduce((said, [path, name]) => said.replaceAll(path, name), text)
  const { where, what, next } = finding
  return { ...finding, where: named(where), what: named(what), next: named(next) }
}

/** The operator's own are there when what they belong to is. */
const BELONGS: Readonly<Record<string, string>> = {
  smtp_pass: 'SMTP_USER',
  turnstile_secret_key: 'TURNSTILE_SITE_KEY',
}
const yoursFor = (values: Readonly<Record<string, string>>): [name: string, text: string][] =>
  YOURS.map((name) => [name, values[BELONGS[name] ?? ''] ? `as-it-is-over-there-${name}` : ''])
