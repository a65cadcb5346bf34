import type { OwnSession } from '@latchkey/shared/schemas/session'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type Ref } from 'react'
import { problemOf } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Reference } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { useToast } from '../../ui/toast.tsx'
import { EndOthers } from './end-others.tsx'
import { SessionRow } from './session-row.tsx'
import { sessionListQuery } from './session-list.ts'

export function SessionsCard() {
  const { data, dataUpdatedAt, error, isFetching, refetch } = useQuery(sessionListQuery(useTRPC()))
  const id = useId()
  return (
    <Card aria-labelledby={id}>
      {data ? (
        <Sessions headingId={id} sessions={data.sessions} asOf={dataUpdatedAt} />
      ) : (
        <>
          <Heading id={id} />
          {error && !isFetching ? (
            <Failed error={error} onAgain={() => void refetch()} />
          ) : (
            <p role="status" className="mt-5 flex animate-late gap-3 text-ink-soft">
              <Spinner />
              Looking for your sessions…
            </p>
          )}
        </>
      )}
    </Card>
  )
}

type SessionsProps = { headingId: string; sessions: OwnSession[]; asOf: number }

function Sessions({ headingId, sessions, asOf }: SessionsProps) {
  const showToast = useToast()
  const heading = useRef<HTMLHeadingElement>(null)
  const [ended, setEnded] = useState(0)

  // The button that was pressed is gone with its row.
  useEffect(() => {
    if (ended > 0) heading.current?.focus()
  }, [ended])

  function onEnded(word: string) {
    showToast(word)
    setEnded((count) => count + 1)
  }

  const alone = sessions.every(({ current }) => current)
  return (
    <>
      <Heading id={headingId} ref={heading} />
      <p className="mt-1 text-ink-soft">
        {alone
          ? 'Only in this browser. When you sign in somewhere else, it will stand here too.'
          : 'If you do not know one of these, sign it out.'}
      </p>
      <ul className="mt-5 divide-y divide-line border-y border-line">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} asOf={asOf} onEnded={onEnded} />
        ))}
      </ul>
      {!alone && <EndOthers onEnded={onEnded} />}
    </>
  )
}

function Heading({ id, ref }: { id: string; ref?: Ref<HTMLHeadingElement> }) {
  return (
    <h2 id={id} ref={ref} tabIndex={-1} className="text-heading">
      Where you are signed in
    </h2>
  )
}

function Failed({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { message, requestId } = problemOf(error)
  return (
    <div className="mt-5 grid justify-items-start gap-4">
      <p role="alert" className="text-ink-soft">
        {message}
      </p>
      <Reference id={requestId} />
      <Button variant="secondary" onClick={onAgain}>
        Try again
      </Button>
    </div>
  )
}
