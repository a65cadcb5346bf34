import { join, relative } from 'node:path'
import { linesOf } from './checks/finding.ts'
import { preflight } from './checks/preflight.ts'
import { ROOT } from './launch/places.mjs'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run preflight --',
  says: 'Looks at everything that a deploy stands on, before it begins: settings, compose.yaml, Traefik’s routers, secrets and files. Changes nothing.',
  flags: {
    env: { takes: 'PATH', says: 'What the processes are told (.env).' },
    compose: { takes: 'PATH', says: 'The services (compose.yaml).' },
    settings: { takes: 'PATH', says: 'What the operator says (deploy.env).' },
    secrets: { takes: 'DIR', says: 'The folder of secrets (secrets).' },
    strict: { says: 'A warning is as bad as an error.' },
    ...JSON_FLAG,
  },
} as const

/** As a person would type it from where they are. */
const here = (name: string): string => relative('', join(ROOT, name))

await runTool(TOOL, ({ env, compose, settings, secrets, strict }) => {
  const findings = preflight({
    root: ROOT,
    env: env ?? here('.env'),
    compose: compose ?? here('compose.yaml'),
    settings: settings ?? here('deploy.env'),
    secrets: secrets ?? here('secrets'),
    environment: process.env,
  })
  const errors = findings.filter(({ level }) => level === 'error').length
  const warnings = findings.length - errors
  const ok = errors === 0 && !(strict && warnings > 0)
  return {
    lines: [...linesOf(findings), `${errors} wrong, ${warnings} doubtful${ok ? ': a deploy may begin' : ''}`],
    json: { ok, errors, warnings, findings },
    ok,
  }
})
