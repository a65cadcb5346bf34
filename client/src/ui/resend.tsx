import { useState } from 'react'
import type { Problem } from '../lib/api-error.ts'
import { clockOf, useCountdown } from '../lib/countdown.ts'
import { useAct } from '../lib/use-act.ts'
import { ErrorBanner } from './banner.tsx'
import { Button } from './button.tsx'

type ResendProps = {
  /** Asks for the letter. Answers with what to say of it; nothing where it did not come to that. */
  send: () => Promise<string | undefined>
  /** A letter has just been asked for. */
  waiting?: boolean
}

/** Mail takes its time, and a newer letter ends the older one: not at once again. */
const PAUSE_SECONDS = 30
const TOO_MANY = 'So many letters were asked for that the next one has to wait.'

export function Resend({ send, waiting = false }: ResendProps) {
  const { secondsLeft, startFrom } = useCountdown(waiting ? PAUSE_SECONDS : 0)
  const [said, setSaid] = useState<string>()
  const { pending, failure, start } = useAct(send, onSent, {
    words: { RATE_LIMITED: TOO_MANY },
    onFailed,
  })
  const isWaiting = secondsLeft > 0

  function onSent(word: string | undefined): void {
    setSaid(word)
    if (word !== undefined) startFrom(PAUSE_SECONDS)
  }

  function onFailed({ code, retryAfterSeconds }: Problem): void {
    setSaid(undefined)
    if (code === 'RATE_LIMITED') startFrom(Math.max(PAUSE_SECONDS, retryAfterSeconds))
  }

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:justify-items-start">
      {failure && (
        <ErrorBanner key={failure.attempt} requestId={failure.problem.requestId}>
          {failure.problem.message}
        </ErrorBanner>
      )}
      <Button
        variant="secondary"
        pending={pending}
        // Still to be reached by keyboard, and read: it says how long.
        aria-disabled={isWaiting || undefined}
        onClick={() => void (isWaiting || start())}
      >
        {pending ? 'Asking…' : 'Send another letter '}
        {isWaiting && !pending && <span className="font-normal tabular-nums">in {clockOf(secondsLeft)}</span>}
      </Button>
      <p role="status" className="text-small text-ink-soft empty:hidden">
        {pending ? '' : said}
      </p>
    </div>
  )
}
