import { useId, type ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import { describedBy, Field, INPUT_LOOK, type FieldTexts } from './field.tsx'

type TextFieldProps = FieldTexts & ComponentProps<'input'>

export function TextField({ label, hint, error, optional, className, ...input }: TextFieldProps) {
  const id = useId()
  const texts = { label, hint, error, optional: optional ?? false }
  return (
    <Field id={id} {...texts}>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, texts)}
        className={classNames(INPUT_LOOK, className)}
      />
    </Field>
  )
}
