import { useSyncExternalStore } from 'react'

let spoken = ''
const listeners = new Set<() => void>()

/** Says something to those who listen to the page, without showing it. */
export function announce(text: string): void {
  spoken = text
  listeners.forEach((listener) => listener())
}

export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => spoken)
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
