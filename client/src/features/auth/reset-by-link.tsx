import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { codeOf } from '../../lib/api-error.ts'
import { buttonLook } from '../../ui/button-look.ts'
import { ChoosePassword } from './choose-password.tsx'
import { Said } from './said.tsx'
import { useReset } from './use-reset.ts'

type ResetByLinkProps = { token: string; heading: string; children: ReactNode }

/** With the token of a letter, or with the one that whoever says "this was not me" is given. */
export function ResetByLink({ token, heading, children }: ResetByLinkProps) {
  const reset = useReset()
  const [isOver, setIsOver] = useState(false)

  async function send(password: string): Promise<void> {
    try {
      await reset({ token }, password)
    } catch (thrown) {
      if (codeOf(thrown) !== 'TOKEN_INVALID') throw thrown
      setIsOver(true)
    }
  }
  if (isOver) return <Over />
  return (
    <>
      <Said heading={heading}>{children}</Said>
      <ChoosePassword submit="Set the new password" submitting="Setting it…" send={send} />
    </>
  )
}

function Over() {
  return (
    <>
      <Said heading="This link is used up">
        <p className="text-lead">
          It works once, not for long, and only the newest one does. Another letter is there in a moment.
        </p>
        <p className="text-ink-soft">
          If you have just set a new password and heard nothing of it, it may be set all the same. Try to sign
          in with it first.
        </p>
      </Said>
      <Link to="/forgot-password" className={buttonLook('primary')}>
        Ask for another letter
      </Link>
      <Link to="/login" className={buttonLook('secondary')}>
        Go to sign in
      </Link>
    </>
  )
}
