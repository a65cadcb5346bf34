import { useEffect, useRef, useState } from 'react'
import { isPersonNews } from '../../lib/person-news.ts'
import type { useProof } from '../../lib/proof.ts'
import { ErrorBanner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

type PersonCheckProps = NonNullable<ReturnType<typeof useProof>['asked']>

/**
 * The last step before being refused. The frame lets every other page keep its policy; it does not part somebody else's
 * script from this one, whose origin it shares.
 */
export function PersonCheck({ question, onAnswer }: PersonCheckProps) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [hasFailed, setHasFailed] = useState(false)
  const [attempt, setAttempt] = useState(1)

  useEffect(() => {
    const hear = ({ source, origin, data }: MessageEvent<unknown>) => {
      const isOurs = origin === window.location.origin && source === frame.current?.contentWindow
      if (!isOurs || !isPersonNews(data)) return
      if (data.token === null) setHasFailed(true)
      else onAnswer(data.token)
    }
    window.addEventListener('message', hear)
    return () => window.removeEventListener('message', hear)
  }, [onAnswer])

  const again = () => {
    setHasFailed(false)
    setAttempt(attempt + 1)
  }
  return (
    <Dialog title="Are you a person?" onClose={() => onAnswer(undefined)}>
      <p className="text-pretty text-ink-soft">
        There were many tries from here, as a program makes them. Please show that you are a person.
      </p>
      {hasFailed ? (
        <ErrorBanner>
          The check could not be loaded. A blocker in your browser or your network may keep it away.
        </ErrorBanner>
      ) : (
        // oxlint-disable-next-line react/iframe-missing-sandbox -- theirs has to see which host it is on
        <iframe
          key={attempt}
          ref={frame}
          title="Check that you are a person"
          src={`/turnstile.html#${new URLSearchParams(question).toString()}`}
          className="h-20 w-full"
        />
      )}
      <div className="flex flex-wrap justify-end gap-3">
        <Button variant="secondary" onClick={() => onAnswer(undefined)}>
          Cancel
        </Button>
        {hasFailed && <Button onClick={again}>Try again</Button>}
      </div>
    </Dialog>
  )
}
