import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'
import { ByClick, LinkPage, whenOver } from './link-page.tsx'
import { Said, ToGoOn, ToSignIn } from './said.tsx'

/** Where the letter to a new address leads. */
export const ConfirmEmailPage = () => <LinkPage>{(token) => <ConfirmEmail token={token} />}</LinkPage>

function ConfirmEmail({ token }: { token: string }) {
  const { lookAgain } = useAuth()
  const [isDone, setIsDone] = useState(false)
  const { mutateAsync: confirm } = useMutation(useTRPC().auth.confirmChangeEmail.mutationOptions())

  async function confirmAndLook(): Promise<void> {
    await confirm({ token })
    await lookAgain()
    setIsDone(true)
  }
  if (isDone) return <Confirmed />
  return (
    <ByClick
      heading="Confirm your new address"
      button="Use this address from now on"
      act={confirmAndLook}
      instead={{ ...whenOver(<Over />), UNAUTHENTICATED: <SignInFirst /> }}
    >
      <p className="text-lead">
        One click, and the address that this letter came to is the one of your account. You sign in with it,
        and letters go there.
      </p>
      <p className="text-ink-soft">If you have not asked for that, close this page: nothing changes.</p>
    </ByClick>
  )
}

function Confirmed() {
  return (
    <>
      <Said heading="Your address is changed">
        <p className="text-lead">From now on you sign in with the new one. Your password is the same.</p>
        <p className="text-ink-soft">Letters that went to the old address open nothing any more.</p>
      </Said>
      <ToGoOn />
    </>
  )
}

/** Whoever reads the mail of an address is not asked to give it to somebody else's account. */
function SignInFirst() {
  return (
    <>
      <Said heading="Sign in first">
        <p className="text-lead">
          Only whoever asked for the new address can confirm it. Sign in to that account here, and open the
          link in your letter once more.
        </p>
        <p className="text-ink-soft">If you have not asked for that, close this page: nothing changes.</p>
      </Said>
      <ToSignIn />
    </>
  )
}

function Over() {
  return (
    <>
      <Said heading="This link is used up">
        <p className="text-lead">
          It works once, for an hour, for the account that asked for it, and only the newest one does. Perhaps
          the address is confirmed already.
        </p>
        <p className="text-ink-soft">If not, ask for the change once more in your settings.</p>
      </Said>
      <ToGoOn />
    </>
  )
}
