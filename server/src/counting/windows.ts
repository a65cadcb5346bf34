import type { Limit } from '../limits.ts'

/** Counts in the memory of this process, at once and without a promise: for what every request asks. */
export type Windows = {
  /** Says how long to wait where that was too often. */
  take(key: string, calls: number): number | undefined
}

/** So many keys are looked through for those that are over, whenever there are twice as many as the last time. */
const FEW = 1000

export function openWindows({ points, seconds }: Limit, now: () => number = Date.now): Windows {
  const windows = new Map<string, { count: number; endsAt: number }>()
  let sweepAt = FEW

  function sweep(time: number): void {
    for (const [key, { endsAt }] of windows) if (endsAt <= time) windows.delete(key)
    sweepAt = Math.max(FEW, windows.size * 2)
  }

  return {
    take(key, calls) {
      const time = now()
      const known = windows.get(key)
      if (known && known.endsAt > time) {
        known.count += calls
        return known.count > points ? Math.ceil((known.endsAt - time) / 1000) : undefined
      }
      if (windows.size >= sweepAt) sweep(time)
      windows.set(key, { count: calls, endsAt: time + seconds * 1000 })
      return calls > points ? seconds : undefined
    },
  }
}
