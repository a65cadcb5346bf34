import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { isPassing, problemOf } from '../../lib/api-error.ts'
import { Reference } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { buttonLook } from '../../ui/button-look.ts'
import { PageHeading } from '../../ui/page-heading.tsx'
import { PlainLayout } from './plain-layout.tsx'

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const { message, requestId } = problemOf(error)

  function tryAgain() {
    reset()
    void router.invalidate()
  }

  return (
    <PlainLayout number={isPassing(error) ? '503' : '500'}>
      <PageHeading title="Something went wrong">The latch is stuck</PageHeading>
      <p role="alert" className="text-lead text-ink-soft">
        {message}
      </p>
      <Reference id={requestId} />
      <div className="flex flex-wrap gap-3">
        <Button onClick={tryAgain}>Try again</Button>
        <a href="/" className={buttonLook('secondary')}>
          Go to the start page
        </a>
      </div>
    </PlainLayout>
  )
}
