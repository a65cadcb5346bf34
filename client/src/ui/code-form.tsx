import { zodResolver } from '@hookform/resolvers/zod'
import { code } from '@latchkey/shared/schemas/by-mail'
import { z } from 'zod'
import { CODE_WORDS } from '../lib/code-words.ts'
import { useApiForm } from '../lib/use-api-form.ts'
import { CodeField } from './code-field.tsx'
import { Form } from './form.tsx'

type CodeFormProps = {
  label: string
  submit: string
  submitting: string
  send: (code: string) => Promise<void>
  wide?: boolean
}

const checkCode = zodResolver(z.strictObject({ code }))

/** For the code of a letter, where it is known whose. */
export function CodeForm({ send, ...look }: CodeFormProps) {
  const form = useApiForm({
    resolver: checkCode,
    defaultValues: { code: '' },
    send: (sent) => send(sent.code),
    words: CODE_WORDS,
  })
  return (
    <Form form={form} {...look}>
      <CodeField {...form.field('code')} />
    </Form>
  )
}
