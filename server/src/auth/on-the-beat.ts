import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

const BEAT_MS = 50

/** Answers at the next beat after it was asked, also with a no: what was done until then takes less than one, or that much more. */
export async function onTheBeat<T>(act: () => Promise<T>): Promise<T> {
  const began = performance.now()
  try {
    return await act()
  } finally {
    await nextBeatSince(began)
  }
}

async function nextBeatSince(began: number): Promise<void> {
  const due = began + Math.ceil((performance.now() - began) / BEAT_MS) * BEAT_MS
  // A timer knows whole milliseconds, and what is left of one would tell.
  await sleep(Math.max(0, due - performance.now() - 1))
  while (performance.now() < due) await nextTurn()
}
