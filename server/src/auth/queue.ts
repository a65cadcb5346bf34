/** So many at once, and the rest in the order in which they came. */
export type Queue = {
  run<T>(work: () => Promise<T>): Promise<T>
  /** How many have come and are not done. */
  readonly length: number
}

export function openQueue(places: number): Queue {
  let running = 0
  const waiting: (() => void)[] = []

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= places) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // A place is handed on, not freed, so that nobody slips in between.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  return {
    run,
    get length() {
      return running + waiting.length
    },
  }
}
