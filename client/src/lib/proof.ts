import type { CaptchaAct } from '@latchkey/shared/schemas/auth'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from './api-error.ts'
import { useTRPC } from './trpc.ts'

export const PROVING = 'Making sure that you are not a robot…'

/** Sends with a proof where one is asked for. `isProving` while the browser works. */
export function useProof(act: CaptchaAct) {
  const { mutateAsync: ask } = useMutation(useTRPC().captcha.ask.mutationOptions())
  const [isProving, setIsProving] = useState(false)

  async function withProof<T>(send: (captchaToken?: string) => Promise<T>): Promise<T> {
    try {
      return await send()
    } catch (thrown) {
      if (codeOf(thrown) !== 'CAPTCHA_REQUIRED') throw thrown
    }
    setIsProving(true)
    try {
      const { challenge } = await ask({ act })
      return await send(await work(challenge))
    } finally {
      setIsProving(false)
    }
  }
  return { withProof, isProving }
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
