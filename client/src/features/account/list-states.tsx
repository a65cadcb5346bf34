import type { ReactNode } from 'react'
import { problemOf } from '../../lib/api-error.ts'
import { Reference } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'

/** What stands in a card while its list is on its way, or has not come. */
export function Looking({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="mt-5 flex animate-late gap-3 text-ink-soft">
      <Spinner />
      {children}
    </p>
  )
}

export function Failed({ error, onAgain }: { error: unknown; onAgain: () => void }) {
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
