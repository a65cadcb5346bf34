import {
  validatePassword,
  type PasswordAbout,
  type PasswordBook,
  type PasswordVerdict,
} from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'

export type Strength = 'weak' | 'medium' | 'strong'

const STRENGTHS: Record<PasswordVerdict['score'], Strength> = {
  0: 'weak',
  1: 'weak',
  2: 'medium',
  3: 'strong',
  4: 'strong',
}

type Judged = { verdict: PasswordVerdict | undefined; strength: Strength | undefined }

/** Judges with the server's own rules. Undefined while nothing is typed or the dictionaries are still on their way. */
export function usePasswordVerdict(password: string, about: PasswordAbout): Judged {
  const typed = useDeferredValue(password)
  const book = usePasswordBook(password !== '')
  const { email, displayName } = about
  const verdict = useMemo(
    () => (typed !== '' && book ? validatePassword(typed, { email, displayName }, book) : undefined),
    [book, displayName, email, typed],
  )
  return { verdict, strength: verdict && STRENGTHS[verdict.score] }
}

function usePasswordBook(wanted: boolean): PasswordBook | undefined {
  const [book, setBook] = useState<PasswordBook>()
  useEffect(() => {
    if (!wanted || book) return
    let here = true
    loadPasswordBook().then(
      (loaded) => here && setBook(loaded),
      () => undefined,
    )
    return () => {
      here = false
    }
  }, [book, wanted])
  return book
}
