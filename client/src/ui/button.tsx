import type { ComponentProps } from 'react'
import { buttonLook, type ButtonVariant } from './button-look.ts'
import { Spinner } from './spinner.tsx'

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; pending?: boolean }

export function Button({
  variant = 'primary',
  pending = false,
  disabled,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || pending}
      aria-busy={pending || undefined}
      className={buttonLook(variant, className)}
    >
      {pending && <Spinner />}
      {children}
    </button>
  )
}
