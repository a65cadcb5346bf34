import { useId, useState, type ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import { describedBy, Field, INPUT_LOOK, type FieldTexts } from './field.tsx'
import { EyeIcon } from './icons.tsx'

type PasswordFieldProps = FieldTexts &
  Omit<ComponentProps<'input'>, 'type'> & {
    autoComplete: 'current-password' | 'new-password'
    /** The id of something else that describes this field, such as a list of rules. */
    rules?: string
  }

export function PasswordField({ label, hint, error, rules, ...input }: PasswordFieldProps) {
  const id = useId()
  const [shown, setShown] = useState(false)
  const texts = { label, hint, error }
  return (
    <Field id={id} {...texts}>
      <div className="relative">
        <input
          {...input}
          id={id}
          type={shown ? 'text' : 'password'}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={describedBy(id, texts, rules)}
          className={classNames(INPUT_LOOK, 'pr-12')}
        />
        <button
          type="button"
          aria-label={`Show ${label.toLowerCase()}`}
          aria-pressed={shown}
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-field text-ink-soft hover:text-ink"
        >
          <EyeIcon open={shown} />
        </button>
      </div>
    </Field>
  )
}
