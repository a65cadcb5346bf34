import { useId, type ComponentProps } from 'react'
import { describedBy, Field, INPUT_LOOK, type FieldTexts } from './field.tsx'

type TextAreaProps = FieldTexts & ComponentProps<'textarea'>

export function TextArea({ label, hint, error, optional, ...input }: TextAreaProps) {
  const id = useId()
  const texts = { label, hint, error, optional: optional ?? false }
  return (
    <Field id={id} {...texts}>
      <textarea
        {...input}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, texts)}
        className={INPUT_LOOK}
      />
    </Field>
  )
}
