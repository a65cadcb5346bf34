import type { PasswordAbout } from '@latchkey/shared/password'
import type { ComponentProps } from 'react'
import { PasswordField } from './password-field.tsx'
import { PasswordGuide } from './password-guide.tsx'

type Registered = Omit<ComponentProps<typeof PasswordField>, 'label' | 'autoComplete' | 'rules'>

type NewPasswordFieldsProps = {
  label?: string
  password: Registered
  confirmation: Registered
  typed: string
  about: PasswordAbout
}

const GUIDE = 'password-guide'

/** A new password, what makes a good one, and once more. */
export function NewPasswordFields({
  label = 'New password',
  password,
  confirmation,
  typed,
  about,
}: NewPasswordFieldsProps) {
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <PasswordField label={label} autoComplete="new-password" rules={GUIDE} {...password} />
        <PasswordGuide id={GUIDE} password={typed} about={about} />
      </div>
      <PasswordField label={`Repeat ${label.toLowerCase()}`} autoComplete="new-password" {...confirmation} />
    </>
  )
}
