import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'
import { ByClick, LinkPage, whenOver } from './link-page.tsx'
import { ResetByLink } from './reset-by-link.tsx'
import { NothingLeftToUndo, WhatHappens } from './secured.tsx'

/** Where the letter to the address leads that is to be the account's no more. */
export const UndoEmailPage = () => <LinkPage>{(token) => <UndoEmail token={token} />}</LinkPage>

function UndoEmail({ token }: { token: string }) {
  const { lookAgain } = useAuth()
  const [resetToken, setResetToken] = useState<string>()
  const { mutateAsync: undo } = useMutation(useTRPC().auth.undoChangeEmail.mutationOptions())

  async function undoAndLook(): Promise<void> {
    const secured = await undo({ token })
    await lookAgain()
    setResetToken(secured.resetToken)
  }
  if (resetToken !== undefined)
    return (
      <ResetByLink token={resetToken} heading="Your address is yours again">
        <p className="text-lead">
          Everybody is signed out. Now choose a new password; whoever did this may know the one before.
        </p>
      </ResetByLink>
    )
  return (
    <ByClick
      heading="Undo the change of address"
      button="Undo the change"
      act={undoAndLook}
      instead={whenOver(<NothingLeftToUndo />)}
    >
      <p className="text-lead">
        Somebody who was signed in to your account wanted another address for it. One click:
      </p>
      <WhatHappens>
        <li>Your account has the address again that this letter came to.</li>
      </WhatHappens>
      <p className="text-ink-soft">If you wanted the change, close this page: it stands.</p>
    </ByClick>
  )
}
