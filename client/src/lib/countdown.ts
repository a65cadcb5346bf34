import { useEffect, useState } from 'react'

/** Seconds until something may be done again. Counted by the clock, so a tab that slept is not behind. */
export function useCountdown(atFirst = 0) {
  const [until, setUntil] = useState(() => Date.now() + atFirst * 1000)
  const [now, setNow] = useState(() => Date.now())
  const secondsLeft = Math.max(0, Math.ceil((until - now) / 1000))
  const isRunning = secondsLeft > 0

  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isRunning])

  function startFrom(seconds: number): void {
    setNow(Date.now())
    setUntil(Date.now() + seconds * 1000)
  }
  return { secondsLeft, startFrom }
}

/** As a kitchen clock shows it: 0:27, 49:05. */
export const clockOf = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
