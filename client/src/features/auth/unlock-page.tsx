import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTRPC } from '../../lib/trpc.ts'
import { ByClick, LinkPage, whenOver } from './link-page.tsx'
import { Said, ToSignIn } from './said.tsx'

/** Where the link in the letter about a lock leads. */
export const UnlockPage = () => <LinkPage>{(token) => <Unlock token={token} />}</LinkPage>

function Unlock({ token }: { token: string }) {
  const { mutateAsync: unlock, isSuccess } = useMutation(useTRPC().auth.unlock.mutationOptions())
  if (isSuccess) return <Unlocked />
  return (
    <ByClick
      heading="Allow signing in again"
      button="Allow signing in again"
      act={() => unlock({ token })}
      instead={whenOver(<Over />)}
    >
      <p className="text-lead">
        Wrong passwords were tried for your account, so browsers that are new to it have to wait. One click,
        and they may sign in again.
      </p>
      <p className="text-ink-soft">If you were not about to sign in, there is nothing to do here.</p>
    </ByClick>
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
        <p className="text-lead">It works once, and for a day. You can get in all the same:</p>
        <ul className="grid list-disc gap-2 pl-5">
          <li>Sign in now with a browser that you have signed in with before.</li>
          <li>
            Or{' '}
            <Link to="/forgot-password" className="text-anchor">
              choose a new password
            </Link>
            : that ends the lock as well.
          </li>
          <li>
            Or wait: the lock ends by itself, after minutes at first, and after a day at most where the
            guessing goes on.
          </li>
        </ul>
      </Said>
      <ToSignIn />
    </>
  )
}
