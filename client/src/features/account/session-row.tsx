import type { OwnSession } from '@latchkey/shared/schemas/session'
import { useId } from 'react'
import { useAct } from '../../lib/use-act.ts'
import { Badge } from '../../ui/badge.tsx'
import { ErrorBanner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { KeyIcon } from '../../ui/icons.tsx'
import { Ago, Moment } from '../../ui/moment.tsx'
import { useSessionActs } from './session-list.ts'

type SessionRowProps = { session: OwnSession; asOf: number; onEnded: (word: string) => void }

export function SessionRow({ session, asOf, onEnded }: SessionRowProps) {
  const { end } = useSessionActs()
  const { pending, failure, start } = useAct(() => end(session), onEnded)
  const details = useId()
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-4 py-4">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3 sm:items-center">
        <KeyPlate current={session.current} />
        <div id={details} className="grid min-w-0 flex-1 basis-48 gap-0.5">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-semibold">{session.client}</span>
            {session.current && <Badge variant="success">This browser</Badge>}
          </p>
          <Facts session={session} asOf={asOf} />
        </div>
        {!session.current && (
          <Button
            variant="secondary"
            pending={pending}
            onClick={() => void start()}
            aria-describedby={details}
            className="max-sm:w-full"
          >
            {pending ? 'Signing out…' : 'Sign out'} <span className="sr-only">{session.client}</span>
          </Button>
        )}
      </div>
      {failure && (
        <ErrorBanner key={failure.attempt} requestId={failure.problem.requestId}>
          {failure.problem.message}
        </ErrorBanner>
      )}
    </li>
  )
}

function Facts({ session, asOf }: Omit<SessionRowProps, 'onEnded'>) {
  return (
    <p className="flex flex-wrap gap-x-4 text-small text-ink-soft">
      <span>{session.ipMasked ?? 'Address unknown'}</span>
      <span>
        Since <Moment at={session.createdAt} look="date" />
      </span>
      <span>
        Last seen <Ago at={session.lastSeenAt} asOf={asOf} />
      </span>
    </p>
  )
}

/** The key in one's own hand is of brass. */
function KeyPlate({ current }: { current: boolean }) {
  return (
    <span
      className={classNames(
        'grid size-11 shrink-0 place-items-center rounded-field',
        current ? 'bg-door text-brass-lit' : 'bg-sunk text-ink-soft',
      )}
    >
      <KeyIcon />
    </span>
  )
}
