import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { problemOf, type Problem } from '../../lib/api-error.ts'
import { useHashToken } from '../../lib/hash-token.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { ErrorBanner } from '../../ui/banner.tsx'
import { buttonLook } from '../../ui/button-look.ts'
import { Button } from '../../ui/button.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'

/** Where the link in the letter about a lock leads. Opening it does nothing: scanners of mail open links too. */
export function UnlockPage() {
  const token = useHashToken()
  return (
    <AuthLayout>{token === undefined ? <Incomplete /> : <Unlock key={token} token={token} />}</AuthLayout>
  )
}

/** A token that cannot even be one of ours is as good as one that is over. */
const OVER: readonly Problem['code'][] = ['TOKEN_INVALID', 'VALIDATION_FAILED']

function Unlock({ token }: { token: string }) {
  const { mutate, isPending, isSuccess, error, submittedAt } = useMutation(
    useTRPC().auth.unlock.mutationOptions(),
  )
  const problem = error ? problemOf(error) : undefined
  if (isSuccess) return <Unlocked />
  if (problem && OVER.includes(problem.code)) return <Over />
  return (
    <>
      <Said heading="Allow signing in again">
        <p className="text-lead">
          Wrong passwords were tried for your account, so browsers that are new to it have to wait. One click,
          and they may sign in again.
        </p>
        <p className="text-ink-soft">If you were not about to sign in, there is nothing to do here.</p>
      </Said>
      {problem && (
        <ErrorBanner key={submittedAt} requestId={problem.requestId}>
          {problem.message}
        </ErrorBanner>
      )}
      <Button pending={isPending} onClick={() => mutate({ token })}>
        {isPending ? 'One moment…' : 'Allow signing in again'}
      </Button>
    </>
  )
}

function Unlocked() {
  return (
    <>
      <Said heading="Signing in works again">
        <p className="text-lead">Any browser may sign in now, with the right password.</p>
        <p className="text-ink-soft">
          Yours is the same as before: nobody has found it out. If you use it elsewhere too, change it.
        </p>
      </Said>
      <ToSignIn />
    </>
  )
}

function Over() {
  return (
    <>
      <Said heading="This link is used up">
        <p className="text-lead">It works once, and for an hour. You can get in all the same:</p>
        <ul className="grid list-disc gap-2 pl-5">
          <li>Sign in now with a browser that you have signed in with before.</li>
          <li>Or wait: the lock ends by itself, after an hour at most.</li>
        </ul>
      </Said>
      <ToSignIn />
    </>
  )
}

function Incomplete() {
  return (
    <>
      <Said heading="This link is incomplete">
        <p className="text-lead">
          Open it from your letter once more, or copy all of it into the address bar.
        </p>
        <p className="text-ink-soft">For your safety it is gone from here as soon as the page is reloaded.</p>
      </Said>
      <ToSignIn />
    </>
  )
}

function Said({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <div className="grid gap-3 text-pretty">
      <PageHeading title={heading}>{heading}</PageHeading>
      {children}
    </div>
  )
}

const ToSignIn = () => (
  <Link to="/login" className={buttonLook('primary')}>
    Go to sign in
  </Link>
)
