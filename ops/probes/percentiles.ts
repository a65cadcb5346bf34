import type { Timings } from './finding.ts'

/** The usual three, by the nearest rank: each is a time that was measured. */
export function percentilesOf(samples: readonly number[]): Timings {
  const sorted = samples.toSorted((one, other) => one - other)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { samples: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: sorted.at(-1) ?? 0 }
}
