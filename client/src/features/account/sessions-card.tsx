import type { OwnSession } from '@latchkey/shared/schemas/session'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { useTRPC } from '../../lib/trpc.ts'
import { Card } from '../../ui/card.tsx'
import { useToast } from '../../ui/toast.tsx'
import { EndOthers } from './end-others.tsx'
import { Failed, Looking } from './list-states.tsx'
import { SessionRow } from './session-row.tsx'
import { sessionListQuery } from './session-list.ts'

export function SessionsCard() {
  const { data, dataUpdatedAt, error, refetch } = useQuery(sessionListQuery(useTRPC()))
  const showToast = useToast()
  const heading = useRef<HTMLHeadingElement>(null)
  const headingId = useId()
  const [done, setDone] = useState(0)

  // Whatever button was pressed is gone by now.
  useEffect(() => {
    if (done > 0) heading.current?.focus()
  }, [done])

  function onEnded(word: string) {
    showToast(word)
    setDone((count) => count + 1)
  }

  function tryAgain() {
    void refetch()
    setDone((count) => count + 1)
  }

  return (
    <Card aria-labelledby={headingId}>
      <h2 id={headingId} ref={heading} tabIndex={-1} className="text-heading">
        Where you are signed in
      </h2>
      {data ? (
        <Sessions sessions={data.sessions} asOf={dataUpdatedAt} onEnded={onEnded} />
      ) : error ? (
        <Failed error={error} onAgain={tryAgain} />
      ) : (
        <Looking>Looking for your sessions…</Looking>
      )}
    </Card>
  )
}

type SessionsProps = { sessions: OwnSession[]; asOf: number; onEnded: (word: string) => void }

function Sessions({ sessions, asOf, onEnded }: SessionsProps) {
  const alone = sessions.every(({ current }) => current)
  return (
    <>
      <p className="mt-1 text-ink-soft">
        {alone
          ? 'Only in this browser. When you sign in somewhere else, it will stand here too.'
          : 'If you do not know one of these, sign it out.'}
      </p>
      <ul className="mt-5 divide-y divide-line border-t border-line">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} asOf={asOf} onEnded={onEnded} />
        ))}
      </ul>
      {!alone && <EndOthers onEnded={onEnded} />}
    </>
  )
}
