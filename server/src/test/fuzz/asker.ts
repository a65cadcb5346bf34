import fc from 'fast-check'
import type { Case, Who } from './case.ts'
import { fewHeaders } from './headers.ts'
import { often } from './values.ts'

export const who: fc.Arbitrary<Who> = often(
  [3, fc.constant<Who>('nobody')],
  [5, fc.constant<Who>('person')],
  [2, fc.constant<Who>('admin')],
)
export const token: fc.Arbitrary<Case['token']> = often(
  [8, fc.constant('good')],
  [1, fc.constant('none')],
  [1, fc.constant('wrong')],
)

/** Of nearly every case: who asks, with which token, and with which headers beside the usual ones. */
export const ASKER = { who, token, headers: fewHeaders }
