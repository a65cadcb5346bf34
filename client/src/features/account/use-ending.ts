import { useRef, useState } from 'react'
import { problemOf, type Problem } from '../../lib/api-error.ts'

type Failure = { attempt: number; problem: Problem }

/** One run of an act at a time, and what became of the last one. */
export function useEnding(act: () => Promise<string>, onEnded: (word: string) => void) {
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  const attempts = useRef(0)

  async function start(): Promise<void> {
    setPending(true)
    setFailure(undefined)
    try {
      onEnded(await act())
    } catch (thrown) {
      attempts.current += 1
      setFailure({ attempt: attempts.current, problem: problemOf(thrown) })
    } finally {
      setPending(false)
    }
  }

  return { pending, failure, start }
}
