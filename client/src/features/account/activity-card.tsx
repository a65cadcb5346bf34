import { useEffect, useId, useRef, useState } from 'react'
import { problemOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EventRow } from './event-row.tsx'
import { Failed, Looking } from './list-states.tsx'
import { inRuns, useOwnEvents, type OwnEvents } from './own-events.ts'

export function ActivityCard() {
  const query = useOwnEvents()
  const heading = useRef<HTMLHeadingElement>(null)
  const headingId = useId()

  function tryAgain() {
    void query.refetch()
    heading.current?.focus()
  }

  return (
    <Card aria-labelledby={headingId}>
      <h2 id={headingId} ref={heading} tabIndex={-1} className="text-heading">
        Recent activity
      </h2>
      {query.data ? (
        <Events query={query} />
      ) : query.error ? (
        <Failed error={query.error} onAgain={tryAgain} />
      ) : (
        <Looking>Looking for what happened…</Looking>
      )}
    </Card>
  )
}

function Events({ query }: { query: OwnEvents }) {
  const [asked, setAsked] = useState(false)
  const runs = inRuns(query.data?.pages.flatMap(({ events }) => events) ?? [])
  if (runs.length === 0) return <p className="mt-1 text-ink-soft">Nothing has happened yet.</p>
  return (
    <>
      <p className="mt-1 text-pretty text-ink-soft">
        What happened to your account. If something here was not you, change your password.
      </p>
      <ul className="mt-5 divide-y divide-line border-t border-line">
        {runs.map((run) => (
          <EventRow key={run.latest.id} {...run} />
        ))}
      </ul>
      {query.hasNextPage ? <ShowMore query={query} onAsked={() => setAsked(true)} /> : asked && <Beginning />}
    </>
  )
}

function ShowMore({ query, onAsked }: { query: OwnEvents; onAsked: () => void }) {
  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError, error } = query
  return (
    <div className="grid gap-4 border-t border-line pt-5 sm:justify-items-start">
      {isFetchNextPageError && (
        <p role="alert" className="text-ink-soft">
          {problemOf(error).message}
        </p>
      )}
      <Button
        variant="secondary"
        pending={isFetchingNextPage}
        onClick={() => {
          onAsked()
          void fetchNextPage()
        }}
      >
        {isFetchingNextPage ? 'Looking…' : 'Show more'}
      </Button>
    </div>
  )
}

/** Takes the focus from the button that stood here. */
function Beginning() {
  const end = useRef<HTMLParagraphElement>(null)
  useEffect(() => end.current?.focus({ preventScroll: true }), [])
  return (
    <p ref={end} tabIndex={-1} className="border-t border-line pt-5 text-small text-ink-soft">
      This is where it began.
    </p>
  )
}
