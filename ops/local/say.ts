/** What a person at the terminal reads. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Slower steps say that they began, so that nobody looks at a still screen. */
const SLOW_MS = 700

/** Does one step of a story and says how long it took, and what came of it where that is a word. */
export async function step<T>(name: string, deed: () => Promise<T>): Promise<T> {
  const startedAt = Date.now()
  const slow = setTimeout(() => say(`  ${name.padEnd(10)} …`), SLOW_MS)
  const result = await deed().finally(() => clearTimeout(slow))
  const outcome = typeof result === 'string' ? result : 'ready'
  say(`  ${name.padEnd(10)} ${outcome} (${secondsSince(startedAt)})`)
  return result
}

export const secondsSince = (startedAt: number): string => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`
