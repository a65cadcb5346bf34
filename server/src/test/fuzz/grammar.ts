import type fc from 'fast-check'
import type { Case } from './case.ts'
import { type Document, operationsOf } from './operations.ts'
import { rawCases } from './raw.ts'
import { headerCases, restCases } from './rest.ts'
import { trpcCases } from './trpc.ts'
import { often } from './values.ts'

/** Cases made from what the API says of itself: its document, and the names of its procedures. */
export function casesOf(
  document: Document,
  procedures: { name: string; isRead: boolean }[],
): fc.Arbitrary<Case> {
  const operations = operationsOf(document)
  return often(
    [30, restCases(operations)],
    [30, trpcCases(operations, procedures)],
    [30, headerCases(operations)],
    [10, rawCases],
  )
}
