import { useLocation, useNavigate } from '@tanstack/react-router'
import { useLayoutEffect, useState } from 'react'

/**
 * The token of a link in a letter. It stands behind `#`, which no browser sends; from here on only the page holds it:
 * it leaves the address bar and the history before anything is shown.
 */
export function useHashToken(): string | undefined {
  const hash = useLocation({ select: (location) => location.hash })
  const navigate = useNavigate()
  const [held, setHeld] = useState(hash)
  if (hash !== '' && hash !== held) setHeld(hash)
  useLayoutEffect(() => {
    if (hash !== '') void navigate({ to: '.', replace: true })
  }, [hash, navigate])
  return tokenIn(held)
}

const tokenIn = (hash: string): string | undefined => new URLSearchParams(hash).get('token') || undefined
