import { linesOfChecks, tallyOf } from './checks/verdict.ts'
import { run } from './deeds/run.ts'
import { DEPLOY_ENV } from './deploy-env.ts'
import { doctor } from './doctor/doctor.ts'
import { theWorld } from './doctor/place.ts'
import { ROOT } from './launch/places.mjs'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run doctor --',
  says: 'Says what stands between this machine and a deploy: programs, settings, DNS, ports, certificate, lock. Changes nothing.',
  flags: { settings: { takes: 'PATH', says: 'What the operator says (deploy.env).' }, ...JSON_FLAG },
} as const

await runTool(TOOL, async ({ settings = DEPLOY_ENV }) => {
  const checks = await doctor({ root: ROOT, settings, environment: process.env, run, world: theWorld })
  const ok = checks.every(({ verdict }) => verdict !== 'fail')
  return { lines: [...linesOfChecks(checks), tallyOf(checks)], json: { ok, checks }, ok }
})
