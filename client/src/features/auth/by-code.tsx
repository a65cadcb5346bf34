import type { Shown } from '@latchkey/shared/schemas/by-mail'
import { useState, type ReactNode } from 'react'
import { codeOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { ProveChoice } from './prove-choice.tsx'
import { Said } from './said.tsx'
import { useVerify } from './use-verify.ts'
import { Verified } from './verified.tsx'

type SendCode = (shown: Shown) => Promise<void>

/** Around a page that asks for the code of a registration: what comes after it. */
export function ByCode({ children }: { children: (send: SendCode) => ReactNode }) {
  const verify = useVerify()
  const [outcome, setOutcome] = useState<'verified' | Shown>()

  async function send(shown: Shown): Promise<void> {
    try {
      await verify(shown)
      setOutcome('verified')
    } catch (thrown) {
      if (codeOf(thrown) !== 'PASSWORD_NEEDED') throw thrown
      setOutcome(shown)
    }
  }
  if (outcome === undefined) return children(send)
  if (outcome === 'verified') return <Verified />
  return <ProveChoice shown={outcome} over={<Over onBack={() => setOutcome(undefined)} />} />
}

function Over({ onBack }: { onBack: () => void }) {
  return (
    <>
      <Said heading="This code is used up">
        <p className="text-lead">
          It is good for a quarter of an hour and for five tries. The link in the letter works longer; or ask
          for another letter.
        </p>
      </Said>
      <Button onClick={onBack}>Type another code</Button>
    </>
  )
}
