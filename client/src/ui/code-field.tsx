import type { ComponentProps } from 'react'
import { TextField } from './text-field.tsx'

type CodeFieldProps = Omit<ComponentProps<typeof TextField>, 'label' | 'hint'>

/** Phones offer what they find in a letter, where the field says that it is for that. */
export const CodeField = (input: CodeFieldProps) => (
  <TextField
    label="Code"
    hint="The six letters and digits in the letter."
    autoComplete="one-time-code"
    autoCapitalize="characters"
    autoCorrect="off"
    spellCheck={false}
    className="font-code tracking-widest uppercase"
    {...input}
  />
)
