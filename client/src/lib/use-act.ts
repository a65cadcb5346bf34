import { useRef, useState } from 'react'
import { problemOf, type Problem, type Words } from './api-error.ts'
import { Declined } from './declined.ts'

type Failure = { attempt: number; problem: Problem }
type ActOptions = { words?: Words; onFailed?: (problem: Problem) => void }

/** One run of an act at a time, and what became of the last one. */
export function useAct<T>(
  act: () => Promise<T>,
  onDone?: (answer: T) => void,
  { words, onFailed }: ActOptions = {},
) {
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  const busy = useRef(false)
  const attempts = useRef(0)

  async function start(): Promise<void> {
    if (busy.current) return
    busy.current = true
    setPending(true)
    setFailure(undefined)
    try {
      const answer = await act()
      onDone?.(answer)
    } catch (thrown) {
      if (!(thrown instanceof Declined)) fail(problemOf(thrown, words))
    } finally {
      busy.current = false
      setPending(false)
    }
  }

  function fail(problem: Problem): void {
    attempts.current += 1
    setFailure({ attempt: attempts.current, problem })
    onFailed?.(problem)
  }
  return { pending, failure, start }
}
