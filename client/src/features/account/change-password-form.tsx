import { zodResolver } from '@hookform/resolvers/zod'
import { changePasswordInput, type ChangePasswordInput } from '@latchkey/shared/schemas/auth'
import type { Me } from '@latchkey/shared/schemas/user'
import { useMutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import { confirmation, newPasswordResolver } from '../../lib/new-password.ts'
import { inTurn } from '../../lib/refresh.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { Form } from '../../ui/form.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { PasswordGuide } from '../../ui/password-guide.tsx'

const GUIDE = 'password-guide'

const checkShape = zodResolver(changePasswordInput.extend({ confirmation }))

export function ChangePasswordForm({ user, onChanged }: { user: Me; onChanged: () => void }) {
  const { mutateAsync: changePassword } = useMutation(useTRPC().auth.changePassword.mutationOptions())
  const resolver = useMemo(() => newPasswordResolver(checkShape, () => user), [user])
  const form = useApiForm({
    resolver,
    defaultValues: { currentPassword: '', password: '', confirmation: '' },
    async send({ currentPassword, password }: ChangePasswordInput) {
      await inTurn(() => changePassword({ currentPassword, password }))
      form.reset()
      onChanged()
    },
    words: { RATE_LIMITED: TOO_MANY_TRIES },
  })

  return (
    <Form
      form={form}
      label="Change the password"
      submit="Change password"
      submitting="Changing…"
      wide={false}
    >
      {/* Tells password managers whose password this is. */}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-5 md:grid-cols-[repeat(2,minmax(0,1fr))] md:gap-x-7">
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          {...form.field('currentPassword')}
        />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          rules={GUIDE}
          {...form.field('password', { deps: ['confirmation'] })}
        />
        <div className="md:col-start-2 md:row-span-3 md:row-start-1">
          <PasswordGuide id={GUIDE} password={form.watch('password')} about={user} />
        </div>
        <PasswordField
          label="Repeat new password"
          autoComplete="new-password"
          {...form.field('confirmation')}
        />
      </div>
    </Form>
  )
}

const TOO_MANY_TRIES = 'Too many passwords were tried here. Please wait a moment and try again.'
