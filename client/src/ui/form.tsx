import type { ReactNode } from 'react'
import type { ApiForm } from '../lib/use-api-form.ts'
import { ErrorBanner } from './banner.tsx'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'

type FormProps = {
  form: ApiForm
  label: string
  submit: string
  submitting: string
  /** Said below what went wrong. */
  help?: ReactNode
  /** The button is as wide as the form. */
  wide?: boolean
  children: ReactNode
}

export function Form({ form, label, submit, submitting, help, wide = true, children }: FormProps) {
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
        <Button
          type="submit"
          pending={form.pending}
          className={classNames('mt-1', wide ? 'w-full' : 'justify-self-start max-sm:w-full')}
        >
          {form.pending ? submitting : submit}
        </Button>
      </fieldset>
      <p role="status" className="sr-only">
        {form.pending ? submitting : ''}
      </p>
    </form>
  )
}
