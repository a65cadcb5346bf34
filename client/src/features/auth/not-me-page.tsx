import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'
import { ByClick, LinkPage, whenOver } from './link-page.tsx'
import { ResetByLink } from './reset-by-link.tsx'
import { NothingLeftToUndo, WhatHappens } from './secured.tsx'

/** Where a letter about something leads that the owner may not have done. */
export const NotMePage = () => <LinkPage>{(token) => <NotMe token={token} />}</LinkPage>

function NotMe({ token }: { token: string }) {
  const { lookAgain } = useAuth()
  const [resetToken, setResetToken] = useState<string>()
  const { mutateAsync: say } = useMutation(useTRPC().auth.notMe.mutationOptions())

  async function sayAndLook(): Promise<void> {
    const secured = await say({ token })
    await lookAgain()
    setResetToken(secured.resetToken)
  }
  if (resetToken !== undefined)
    return (
      <ResetByLink token={resetToken} heading="Everybody is locked out">
        <p className="text-lead">
          Now choose a new password. Until you have, nobody gets in, and neither do you.
        </p>
      </ResetByLink>
    )
  return (
    <ByClick
      heading="This was not you?"
      button="Lock everybody out"
      act={sayAndLook}
      instead={whenOver(<NothingLeftToUndo />)}
    >
      <p className="text-lead">Then somebody else has been in your account. One click:</p>
      <WhatHappens />
      <p className="text-ink-soft">If it was you after all, close this page: nothing happens.</p>
    </ByClick>
  )
}
