import type { BlockName } from '../report/schema.ts'
import type { Finding } from './finding.ts'
import type { Guest } from './guest.ts'
import type { Hands } from './hands.ts'
import type { Site } from './site.ts'

/** One question, one block of the report, one artifact. */
export type Probe = {
  name: BlockName
  file: string
  question: string
  /** What to type when it fails. */
  next: string
  ask(trip: Trip): Promise<Finding>
}

/** What every probe of one run has in hand. */
export type Trip = Hands & {
  site: Site
  /** Whether a gate stands before the product. Without one, what only a gate can show is not checked. */
  hasEdge: boolean
  adminHost: string | undefined
  /** Where the same site answers without TLS. */
  plainOrigin: string | undefined
  samples: number
  /** Somebody who is nobody, made when first asked for. */
  guest: Guest
}
