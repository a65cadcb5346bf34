import { linesOf } from './checks/finding.ts'
import { repositoryFindings } from './checks/repository.ts'
import { trackedFiles } from './checks/tracked-files.ts'
import { run } from './deeds/run.ts'
import { ROOT } from './launch/places.mjs'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run repo-guard --',
  says: 'Looks at what git tracks: no secret, no program, nothing very large, no second compose file, no registry.',
  flags: { root: { takes: 'DIR', says: 'The repository (this one).' }, ...JSON_FLAG },
} as const

await runTool(TOOL, async ({ root }) => {
  const files = await trackedFiles(root ?? ROOT, run)
  const findings = repositoryFindings(files)
  const ok = findings.length === 0
  return {
    lines: [...linesOf(findings), `${files.length} files, ${findings.length} wrong`],
    json: { ok, files: files.length, findings },
    ok,
  }
})
