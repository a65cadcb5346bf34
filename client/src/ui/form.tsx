import type { ReactNode } from 'react'
import type { ApiForm } from '../lib/use-api-form.ts'
import { ErrorBanner } from './banner.tsx'
import { Button } from './button.tsx'

type FormProps = {
  form: ApiForm
  label: string
  submit: string
  submitting: string
  /** Said below what went wrong. */
  help?: ReactNode
  /** The button is as wide as the form. */
  wide?: boolean
  /** Said beside the button. */
  beside?: ReactNode
  children: ReactNode
}

export function Form({ form, label, submit, submitting, help, wide = true, beside, children }: FormProps) {
  return (
    <form
      noValidate
      aria-label={label}
      aria-busy={form.pending}
      onSubmit={(event) => void form.onSubmit(event)}
    >
      {form.banner && (
        <div className="mb-6 grid gap-3" key={form.banner.attempt}>
          <ErrorBanner requestId={form.banner.problem.requestId}>{form.banner.problem.message}</ErrorBanner>
          {help}
        </div>
      )}
      <fieldset disabled={form.shut} className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
        {children}
        <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-3">
          <Button type="submit" pending={form.pending} className={wide ? 'w-full' : 'max-sm:w-full'}>
            {form.pending ? submitting : submit}
          </Button>
          {beside}
        </div>
      </fieldset>
      <p role="status" className="sr-only">
        {form.pending ? submitting : ''}
      </p>
    </form>
  )
}
