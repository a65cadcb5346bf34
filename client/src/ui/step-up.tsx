import { zodResolver } from '@hookform/resolvers/zod'
import { stepUpInput } from '@latchkey/shared/schemas/auth'
import type { Me } from '@latchkey/shared/schemas/user'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { codeOf } from '../lib/api-error.ts'
import { useAuth } from '../lib/auth.tsx'
import { Declined } from '../lib/declined.ts'
import { useTRPC } from '../lib/trpc.ts'
import { useApiForm } from '../lib/use-api-form.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Form } from './form.tsx'
import { PasswordField } from './password-field.tsx'

/** Does what is asked; where that wants a fresh sign-in, asks for the password and then does it. */
type StepUp = <T>(act: () => Promise<T>) => Promise<T>

const StepUpContext = createContext<StepUp>((act) => act())
export const useStepUp = (): StepUp => use(StepUpContext)

/** The one question, however many acts wait for its answer. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const { user } = useAuth()
  const [answer, setAnswer] = useState<(isThem: boolean) => void>()
  const asking = useRef<Promise<boolean>>(null)

  const stepUp = useCallback<StepUp>(async (act) => {
    try {
      return await act()
    } catch (thrown) {
      if (codeOf(thrown) !== 'STEP_UP_REQUIRED') throw thrown
      asking.current ??= new Promise<boolean>((resolve) => setAnswer(() => resolve)).finally(() => {
        asking.current = null
        setAnswer(undefined)
      })
      if (!(await asking.current)) throw new Declined()
      return act()
    }
  }, [])

  return (
    <StepUpContext value={stepUp}>
      {children}
      {answer && (
        <Dialog title="Is it still you?" onClose={() => answer(false)}>
          <Question user={user} onAnswer={answer} />
        </Dialog>
      )}
    </StepUpContext>
  )
}

type QuestionProps = { user: Me | null; onAnswer: (isThem: boolean) => void }

function Question({ user, onAnswer }: QuestionProps) {
  const { mutateAsync: stepUp } = useMutation(useTRPC().auth.stepUp.mutationOptions())
  const form = useApiForm({
    resolver: zodResolver(stepUpInput),
    defaultValues: { password: '' },
    async send({ password }: { password: string }) {
      await stepUp({ password })
      onAnswer(true)
    },
    words: { RATE_LIMITED: TOO_MANY_TRIES },
  })

  // Signed out meanwhile: what was asked for waits for nobody.
  useEffect(() => {
    if (!user) onAnswer(false)
  }, [user, onAnswer])

  return (
    <>
      <p className="text-pretty text-ink-soft">
        You signed in a while ago. Your password once more, and what you asked for is done.
      </p>
      <Form form={form} label="Show that it is you" submit="Go on" submitting="One moment…">
        {/* Tells password managers whose password this is. */}
        <input type="text" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
        <PasswordField label="Your password" autoComplete="current-password" {...form.field('password')} />
      </Form>
      <p>
        <Link
          to="/forgot-password"
          state={{ entered: { email: user?.email ?? '' } }}
          onClick={() => onAnswer(false)}
          className="text-anchor"
        >
          Forgot it?
        </Link>
      </p>
      <Button variant="quiet" onClick={() => onAnswer(false)}>
        Cancel
      </Button>
    </>
  )
}

const TOO_MANY_TRIES = 'Too many passwords were tried here. Please wait a moment and try again.'
