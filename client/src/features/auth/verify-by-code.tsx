import { zodResolver } from '@hookform/resolvers/zod'
import { email } from '@latchkey/shared/schemas/atoms'
import { code, type Shown } from '@latchkey/shared/schemas/by-mail'
import { useMutation } from '@tanstack/react-query'
import { z } from 'zod'
import { CODE_WORDS } from '../../lib/code-words.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { CodeField } from '../../ui/code-field.tsx'
import { EmailField } from '../../ui/email-field.tsx'
import { Form } from '../../ui/form.tsx'
import { Resend } from '../../ui/resend.tsx'
import { ByCode } from './by-code.tsx'
import { Said } from './said.tsx'
import { useEntered } from './use-entered.ts'

const checkCode = zodResolver(z.strictObject({ email, code }))

/** For whoever has a letter and not its link, or no letter yet. */
export const VerifyByCode = () => <ByCode>{(send) => <AddressAndCode send={send} />}</ByCode>

function AddressAndCode({ send }: { send: (shown: Shown) => Promise<void> }) {
  const { mutateAsync: resend } = useMutation(useTRPC().auth.resendVerification.mutationOptions())
  const entered = useEntered()
  const form = useApiForm({
    resolver: checkCode,
    defaultValues: { email: entered.email ?? '', code: '' },
    send,
    words: CODE_WORDS,
  })

  async function sendAnother(): Promise<string | undefined> {
    if (!(await form.check('email'))) return undefined
    return (await resend({ email: email.parse(form.watch('email')) })).message
  }
  return (
    <>
      <Said heading="Confirm your address">
        <p className="text-ink-soft">
          The letter that you got when you registered has a link and a code. The link is all you need; here
          you can type the code.
        </p>
      </Said>
      <Form form={form} label="Confirm the address" submit="Confirm this address" submitting="Confirming…">
        <EmailField autoComplete="email" {...form.field('email')} />
        <CodeField {...form.field('code')} />
      </Form>
      <div className="grid gap-3 border-t border-line pt-6">
        <p className="text-ink-soft">
          No letter, or one that is too old? With your address above you can have another one.
        </p>
        <Resend send={sendAnother} />
      </div>
    </>
  )
}
