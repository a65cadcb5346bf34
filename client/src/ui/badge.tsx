import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

type BadgeProps = { variant: 'success' | 'secondary'; children: ReactNode }

export function Badge({ variant, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-round px-2.5 py-0.5 text-small font-semibold',
        variant === 'success' ? 'bg-success-wash text-success' : 'bg-sunk text-ink-soft',
      )}
    >
      {children}
    </span>
  )
}
