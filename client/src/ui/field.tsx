import type { ReactNode } from 'react'
import { WarningIcon } from './icons.tsx'

export type FieldTexts = {
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean
}

type FieldProps = FieldTexts & { id: string; children: ReactNode }

/** A label, an input, and what is said about it. The input points here through `describedBy`. */
export function Field({ id, label, hint, error, optional = false, children }: FieldProps) {
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        {optional && (
          <span id={optionalId(id)} className="text-small text-ink-soft">
            Optional
          </span>
        )}
      </div>
      {hint !== undefined && (
        <p id={hintId(id)} className="text-small text-ink-soft">
          {hint}
        </p>
      )}
      {children}
      {error !== undefined && (
        <p id={errorId(id)} className="flex gap-1.5 text-small font-medium text-danger">
          <WarningIcon />
          {error}
        </p>
      )}
    </div>
  )
}

export function describedBy(
  id: string,
  { hint, error, optional }: FieldTexts,
  more?: string,
): string | undefined {
  const ids = [optional && optionalId(id), hint && hintId(id), error && errorId(id), more]
  return ids.filter(Boolean).join(' ') || undefined
}

export const INPUT_LOOK =
  'min-h-11 w-full min-w-0 rounded-field border border-line-strong bg-surface px-3 py-2 text-ink ' +
  'transition-colors duration-150 hover:border-ink-soft disabled:cursor-progress disabled:text-ink-soft ' +
  'aria-invalid:border-danger aria-invalid:bg-danger-wash'

const optionalId = (id: string) => `${id}-optional`
const hintId = (id: string) => `${id}-hint`
const errorId = (id: string) => `${id}-error`
