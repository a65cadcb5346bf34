import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { Json } from '@latchkey/shared/contract/document'
import { driftOf } from '@latchkey/shared/contract/drift'
import { problemsOf } from '@latchkey/shared/contract/validity'
import { type Finding, judge } from './finding.ts'
import type { Probe } from './probe.ts'
import { jsonOf } from './site.ts'

export const openApiContract: Probe = {
  name: 'openApiContractCheck',
  file: 'api/openapi-contract-check.json',
  question: 'Does the running product serve what shared/contract/openapi.yaml promises?',
  next: 'compare the commit that runs with this checkout; then npm run vitest -- server/src/rest/contract',
  async ask({ site }) {
    const answer = await site.ask('/api/openapi.json')
    if (answer.status !== 200) throw new Error(`/api/openapi.json answered ${answer.status}`)
    return judgeDocument(jsonOf(answer))
  },
}

/** The same for a document that was captured before. */
export function judgeDocument(served: Json): Finding {
  const problems = problemsOf(served)
  const validation = { valid: problems.length === 0, problems }
  const files = { 'api/openapi.json': served, 'api/openapi-validation.json': validation }
  if (!validation.valid)
    return judge(
      problems.map((problem) => `not valid OpenAPI: ${problem}`),
      '',
      { ...validation },
      { files },
    )
  const drift = driftOf(promise(), served)
  const additions = drift.filter(isAddition)
  const broken = drift.filter((line) => !isAddition(line))
  const paths = { promised: pathsOf(promise()), served: pathsOf(served) }
  const facts = {
    paths: { promised: paths.promised.length, served: paths.served.length },
    missing: paths.promised.filter((path) => !paths.served.includes(path)),
    additions,
  }
  return judge(broken, `All ${paths.promised.length} promised paths are served as promised.`, facts, {
    files,
  })
}

/** An operation that nobody was promised harms nobody who relies on the promise. */
const isAddition = (line: string): boolean => /^[A-Z]+ [^ ]+: served, but not promised$/.test(line)

const pathsOf = (document: Json): string[] => Object.keys(document['paths'] as Json)

let read: Json | undefined
export const promise = (): Json =>
  (read ??= parse(
    readFileSync(fileURLToPath(import.meta.resolve('@latchkey/shared/contract/openapi.yaml')), 'utf8'),
  ) as Json)
