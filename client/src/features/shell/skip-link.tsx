import type { MouseEvent } from 'react'

export function SkipLink() {
  return (
    <a
      href="#main"
      onClick={focusMain}
      className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-20 focus:rounded-field focus:bg-action focus:px-4 focus:py-2.5 focus:font-semibold focus:text-action-ink"
    >
      Skip to the content
    </a>
  )
}

/** By hand, so that the address stays clean and the router has nothing to do. */
function focusMain(event: MouseEvent) {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
