import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import {
  useForm,
  type DefaultValues,
  type FieldValues,
  type Path,
  type RegisterOptions,
  type Resolver,
} from 'react-hook-form'
import { problemOf, type Problem, type Words } from './api-error.ts'
import { Declined } from './declined.ts'

type ApiFormOptions<Entered extends FieldValues, Sent> = {
  resolver: Resolver<Entered, unknown, Sent>
  /** Every field of the form, in the order in which they stand on the page. */
  defaultValues: Entered & DefaultValues<Entered>
  /** Throws what the server said. While it runs the form is shut; what was typed stays. */
  send: (values: Sent) => Promise<void>
  words?: Words
  /** What the server calls a field that has another name here. */
  alias?: Record<string, string>
}

type Failure = { attempt: number; problem: Problem; field: string | undefined }

/** A form whose answer comes from the server: one send at a time, each complaint at the place it belongs to. */
export function useApiForm<Entered extends FieldValues, Sent>(options: ApiFormOptions<Entered, Sent>) {
  const { resolver, defaultValues, send, words, alias } = options
  const form = useForm<Entered, unknown, Sent>({ resolver, defaultValues })
  const { register, setError, setFocus, handleSubmit, formState, watch, reset, trigger } = form
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  const busy = useRef(false)
  const attempts = useRef(0)
  const returnTo = useRef<Element>(null)

  const fields = Object.keys(defaultValues)

  async function sendAndTell(values: Sent): Promise<void> {
    const focused = document.activeElement
    setPending(true)
    setFailure(undefined)
    try {
      await send(values)
    } catch (thrown) {
      if (!(thrown instanceof Declined)) return setFailure(showProblem(problemOf(thrown, words, alias)))
      returnTo.current = focused
    }
  }

  function showProblem(problem: Problem): Failure {
    const known = fields.filter((field) => problem.fields[field] !== undefined)
    for (const field of known)
      setError(field as Path<Entered>, { type: 'server', message: problem.fields[field] ?? '' })
    attempts.current += 1
    return { attempt: attempts.current, problem: withStrays(problem, fields), field: known[0] }
  }

  async function onSubmit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    if (busy.current) return
    busy.current = true
    try {
      await handleSubmit(sendAndTell)(event)
    } finally {
      busy.current = false
      setPending(false)
    }
  }

  // The inputs can take the focus only once they are open again.
  useEffect(() => {
    if (!pending && failure?.field !== undefined) setFocus(failure.field as Path<Entered>)
  }, [failure, pending, setFocus])

  // A closed question gives the focus back to what was shut meanwhile, and so to nothing.
  useEffect(() => {
    if (pending || !(returnTo.current instanceof HTMLElement)) return
    returnTo.current.focus()
    returnTo.current = null
  }, [pending])

  const field = (name: Path<Entered>, rules?: RegisterOptions<Entered, Path<Entered>>) => {
    const message = formState.errors[name]?.message
    return { ...register(name, rules), error: typeof message === 'string' ? message : undefined }
  }

  const banner =
    !pending && failure && (failure.problem.general || failure.field === undefined) ? failure : undefined
  return {
    onSubmit,
    field,
    watch,
    reset,
    /** Whether a field would be taken as it is; if not, it says so. */
    check: (name: Path<Entered>) => trigger(name, { shouldFocus: true }),
    isChanged: formState.isDirty,
    pending: pending || formState.isSubmitting,
    shut: pending,
    banner,
  }
}

/** What is said of a field that this form does not have is said above it. */
function withStrays(problem: Problem, fields: string[]): Problem {
  const strays = Object.keys(problem.fields).filter((field) => !fields.includes(field))
  if (strays.length === 0) return problem
  return { ...problem, message: strays.map((field) => problem.fields[field]).join(' '), general: true }
}

export type ApiForm = Pick<ReturnType<typeof useApiForm>, 'onSubmit' | 'pending' | 'shut' | 'banner'>
