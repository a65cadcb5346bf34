import type { CaptchaAct, CaptchaQuestion } from '@latchkey/shared/schemas/auth'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from './api-error.ts'
import { useTRPC } from './trpc.ts'

export const PROVING = 'Checking for robots…'

export type PersonQuestion = NonNullable<CaptchaQuestion['turnstile']>
/** What is asked of the person, and where their answer goes; nothing where they gave up. */
type Asked = { question: PersonQuestion; onAnswer: (token: string | undefined) => void }
type Send<T> = (captchaToken?: string) => Promise<T>

/**
 * Sends with as much proof as is asked for: none, then work of the browser, which is `isProving` meanwhile, then what
 * the person is `asked`.
 */
export function useProof(act: CaptchaAct) {
  const { mutateAsync: ask } = useMutation(useTRPC().captcha.ask.mutationOptions())
  const [isProving, setIsProving] = useState(false)
  const [asked, setAsked] = useState<Asked>()

  async function withProof<T>(send: Send<T>): Promise<T> {
    const unproved = await outcomeOf(send())
    if (!('refusal' in unproved)) return unproved.sent
    setIsProving(true)
    try {
      const { challenge, turnstile } = await ask({ act })
      const worked = await outcomeOf(send(await work(challenge)))
      if (!('refusal' in worked)) return worked.sent
      const token = turnstile && (await askPerson(turnstile))
      if (!token) throw worked.refusal
      return await send(token)
    } finally {
      setIsProving(false)
    }
  }

  function askPerson(question: PersonQuestion): Promise<string | undefined> {
    return new Promise<string | undefined>((onAnswer) => setAsked({ question, onAnswer })).finally(() =>
      setAsked(undefined),
    )
  }
  return { withProof, isProving, asked }
}

/** What came of it, where a proof is all that may be missing. */
async function outcomeOf<T>(sending: Promise<T>): Promise<{ sent: T } | { refusal: unknown }> {
  try {
    return { sent: await sending }
  } catch (thrown) {
    if (codeOf(thrown) !== 'CAPTCHA_REQUIRED') throw thrown
    return { refusal: thrown }
  }
}

/** Nothing where this browser cannot: the server then says what it says to anybody without a proof. */
async function work(question: string): Promise<string | undefined> {
  if (typeof Worker === 'undefined') return undefined
  const worker = new Worker(new URL('./proof.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<string | undefined>((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<string | undefined>) => resolve(data))
    worker.addEventListener('error', () => resolve(undefined))
    worker.postMessage(question)
  }).finally(() => worker.terminate())
}
