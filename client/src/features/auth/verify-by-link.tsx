import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { ByClick, whenOver } from './link-page.tsx'
import { ProveChoice } from './prove-choice.tsx'
import { Said, ToSignIn } from './said.tsx'
import { useVerify } from './use-verify.ts'
import { VerifyByCode } from './verify-by-code.tsx'
import { Verified } from './verified.tsx'

export function VerifyByLink({ token }: { token: string }) {
  const verify = useVerify()
  const [next, setNext] = useState<'done' | 'another'>()
  const over = <Over onAnother={() => setNext('another')} />
  if (next === 'done') return <Verified />
  if (next === 'another') return <VerifyByCode />
  return (
    <ByClick
      heading="Confirm your address"
      button="Confirm this address"
      act={() => verify({ token }).then(() => setNext('done'))}
      instead={{ ...whenOver(over), PASSWORD_NEEDED: <ProveChoice shown={{ token }} over={over} /> }}
    >
      <p className="text-lead">One click, and we know that letters to this address reach you.</p>
      <p className="text-ink-soft">If you have not registered, close this page: nothing happens.</p>
    </ByClick>
  )
}

function Over({ onAnother }: { onAnother: () => void }) {
  return (
    <>
      <Said heading="This link is used up">
        <p className="text-lead">
          It works once, and only the newest one does. Perhaps your address is confirmed already: then you can
          simply sign in.
        </p>
      </Said>
      <ToSignIn />
      <Button variant="secondary" onClick={onAnother}>
        Ask for another letter
      </Button>
    </>
  )
}
