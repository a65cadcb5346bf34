import { useMutation } from '@tanstack/react-query'
import { useTRPC } from '../../lib/trpc.ts'
import { GiveBack } from './give-back.tsx'
import { LinkPage } from './link-page.tsx'
import { WhatHappens } from './secured.tsx'

/** Where the letter to the address leads that is to be the account's no more. */
export const UndoEmailPage = () => <LinkPage>{(token) => <UndoEmail token={token} />}</LinkPage>

const DONE = {
  heading: 'Your address is yours again',
  lead: 'Everybody is signed out. Now choose a new password; whoever did this may know the one before.',
}

function UndoEmail({ token }: { token: string }) {
  const { mutateAsync: undo } = useMutation(useTRPC().auth.undoChangeEmail.mutationOptions())
  return (
    <GiveBack
      heading="Undo the change of address"
      button="Undo the change"
      act={() => undo({ token })}
      done={DONE}
    >
      <p className="text-lead">
        Somebody who was signed in to your account wanted another address for it. One click:
      </p>
      <WhatHappens>
        <li>Your account has the address again that this letter came to.</li>
      </WhatHappens>
      <p className="text-ink-soft">If you wanted the change, close this page: it stands.</p>
    </GiveBack>
  )
}
