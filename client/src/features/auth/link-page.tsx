import { Fragment, type ReactNode } from 'react'
import type { Problem } from '../../lib/api-error.ts'
import { useHashToken } from '../../lib/hash-token.ts'
import { useAct } from '../../lib/use-act.ts'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { ErrorBanner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Said, ToSignIn } from './said.tsx'

type LinkPageProps = {
  children: (token: string) => ReactNode
  /** What stands there for whoever comes without a token. */
  without?: ReactNode
}

/** Where a link in a letter leads. Opening it does nothing: scanners of mail open links too, and run their scripts. */
export function LinkPage({ children, without = <Incomplete /> }: LinkPageProps) {
  const token = useHashToken()
  return (
    <AuthLayout>
      {token === undefined ? without : <Fragment key={token}>{children(token)}</Fragment>}
    </AuthLayout>
  )
}

type ByClickProps = {
  heading: string
  button: string
  /** What the click will do. */
  children: ReactNode
  act: () => Promise<unknown>
  /** What stands here instead, where the server refuses for such a reason. */
  instead: Partial<Record<Problem['code'], ReactNode>>
}

/** The one click that a link asks for. What comes of it is for whoever put it there to show. */
export function ByClick({ heading, button, children, act, instead }: ByClickProps) {
  const { pending, failure, start } = useAct(act)
  const other = failure && instead[failure.problem.code]
  if (other !== undefined) return other
  return (
    <>
      <Said heading={heading}>{children}</Said>
      {failure && (
        <ErrorBanner key={failure.attempt} requestId={failure.problem.requestId}>
          {failure.problem.message}
        </ErrorBanner>
      )}
      <Button pending={pending} onClick={() => void start()}>
        {pending ? 'One moment…' : button}
      </Button>
    </>
  )
}

/** A token that cannot even be one of ours is as good as one that is over. */
export const whenOver = (over: ReactNode): ByClickProps['instead'] => ({
  TOKEN_INVALID: over,
  VALIDATION_FAILED: over,
})

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
