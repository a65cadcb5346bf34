import type { ComponentProps } from 'react'
import { TextField } from './text-field.tsx'

type EmailFieldProps = Omit<ComponentProps<typeof TextField>, 'label' | 'type'> & {
  label?: string
  /** `username` where it says who signs in, `email` where an address is given. */
  autoComplete: 'username' | 'email'
}

export const EmailField = ({ label = 'Email address', ...input }: EmailFieldProps) => (
  <TextField
    label={label}
    type="email"
    inputMode="email"
    autoCapitalize="none"
    spellCheck={false}
    {...input}
  />
)
