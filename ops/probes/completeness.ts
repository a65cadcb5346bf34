import { judge } from './finding.ts'
import type { Finding } from './finding.ts'
import type { RunFolder } from '../artifacts.ts'

/** At least these, and each of them JSON that can be read. */
export const REQUIRED = [
  'api/openapi.json',
  'api/openapi-validation.json',
  'db/schema-compat-check.json',
  'meta/post-deploy-report.json',
]

export const COMPLETENESS = {
  name: 'artifactCompletenessCheck' as const,
  file: 'meta/artifact-completeness.json',
  question: 'Is every artifact there, and can it be read?',
  next: 'look among the failures for why one was not written, mend that, and run the check again',
}

export async function judgeCompleteness(folder: RunFolder, expected: readonly string[]): Promise<Finding> {
  const wanted = [...new Set([...REQUIRED, ...expected])]
  const states = await Promise.all(
    wanted.map(async (file) => ({ file, fault: faultOf(file, await folder.read(file)) })),
  )
  const wrong = states.flatMap(({ file, fault }) => (fault ? [`${file} ${fault}`] : []))
  return judge(wrong, `${wanted.length} artifacts are there and can be read.`, { files: wanted })
}

function faultOf(file: string, text: string | undefined): string | undefined {
  if (text === undefined) return 'is missing'
  if (!file.endsWith('.json')) return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return 'is not JSON'
  }
}
