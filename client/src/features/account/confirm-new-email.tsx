import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CodeForm } from '../../ui/code-form.tsx'
import { LetterFate } from '../../ui/letter-fate.tsx'
import { Resend } from '../../ui/resend.tsx'

type ConfirmNewEmailProps = {
  email: string
  onCode: (code: string) => Promise<void>
  onAgain: () => Promise<{ message: string }>
  onOther: () => void
}

export function ConfirmNewEmail({ email, onCode, onAgain, onOther }: ConfirmNewEmailProps) {
  const [letters, setLetters] = useState(1)

  async function sendAnother(): Promise<string> {
    const { message } = await onAgain()
    setLetters((before) => before + 1)
    return message
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 border-t border-line pt-6">
      <p className="text-pretty">
        We have sent a letter to <strong className="font-semibold break-all">{email}</strong>. Open its link,
        or type its code here. Until then everything stays as it is.
      </p>
      <LetterFate key={letters} of={email} />
      <CodeForm
        label="Confirm the new address"
        submit="Confirm the new address"
        submitting="Confirming…"
        send={onCode}
        wide={false}
      />
      <div className="grid gap-3 sm:flex sm:flex-wrap sm:items-start">
        <Resend send={sendAnother} waiting />
        <Button variant="quiet" onClick={onOther}>
          Another address
        </Button>
      </div>
    </div>
  )
}
