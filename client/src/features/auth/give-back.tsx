import { useState, type ReactNode } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { ByClick, whenOver } from './link-page.tsx'
import { ResetByLink } from './reset-by-link.tsx'
import { NothingLeftToUndo } from './secured.tsx'

type GiveBackProps = {
  heading: string
  button: string
  act: () => Promise<{ resetToken: string }>
  done: { heading: string; lead: string }
  children: ReactNode
}

/** The account goes back to whoever holds the letter: one click, and then a new password. */
export function GiveBack({ heading, button, act, done, children }: GiveBackProps) {
  const { lookAgain } = useAuth()
  const [resetToken, setResetToken] = useState<string>()

  async function actAndLook(): Promise<void> {
    const secured = await act()
    await lookAgain()
    setResetToken(secured.resetToken)
  }
  if (resetToken !== undefined)
    return (
      <ResetByLink token={resetToken} heading={done.heading}>
        <p className="text-lead">{done.lead}</p>
      </ResetByLink>
    )
  return (
    <ByClick heading={heading} button={button} act={actAndLook} instead={whenOver(<NothingLeftToUndo />)}>
      {children}
    </ByClick>
  )
}
