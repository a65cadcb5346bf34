/** The value below which `share` of all lie. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export const median = (values: number[]): number => percentile(values, 0.5)

export const say = (line: string): void => void process.stdout.write(`${line}\n`)

export const ms = (value: number): string => `${value.toFixed(1)} ms`
