/** How a deploy goes about it, and why: both end up in the report. */
export type Mode = 'full' | 'update-only'
export type ChosenMode = { mode: Mode; reason: string }
export type AskedFor = { full: boolean; updateOnly: boolean }

/** A flag decides. Without one, an environment that can be reached is updated, and one that is not there is made. */
export function chooseMode({ full, updateOnly }: AskedFor, address: string | undefined): ChosenMode {
  if (full) return { mode: 'full', reason: '--full was given' }
  if (updateOnly) return { mode: 'update-only', reason: '--update-only was given' }
  if (address !== undefined) return { mode: 'update-only', reason: `there is an environment at ${address}` }
  return { mode: 'full', reason: 'no environment was found' }
}
