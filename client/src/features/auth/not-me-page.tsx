import { useMutation } from '@tanstack/react-query'
import { useTRPC } from '../../lib/trpc.ts'
import { GiveBack } from './give-back.tsx'
import { LinkPage } from './link-page.tsx'
import { WhatHappens } from './secured.tsx'

/** Where a letter about something leads that the owner may not have done. */
export const NotMePage = () => <LinkPage>{(token) => <NotMe token={token} />}</LinkPage>

const DONE = {
  heading: 'Everybody is locked out',
  lead: 'Now choose a new password. Until you have, nobody gets in, and neither do you.',
}

function NotMe({ token }: { token: string }) {
  const { mutateAsync: say } = useMutation(useTRPC().auth.notMe.mutationOptions())
  return (
    <GiveBack heading="This was not you?" button="Lock everybody out" act={() => say({ token })} done={DONE}>
      <p className="text-lead">Then somebody else has been in your account. One click:</p>
      <WhatHappens />
      <p className="text-ink-soft">If it was you after all, close this page: nothing happens.</p>
    </GiveBack>
  )
}
