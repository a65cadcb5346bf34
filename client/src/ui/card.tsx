import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

export function Card({ className, ...rest }: ComponentProps<'section'>) {
  return (
    <section
      {...rest}
      className={classNames('rounded-plate border border-line bg-surface p-5 shadow-plate sm:p-7', className)}
    />
  )
}
