import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'

type DialogProps = { title: string; onClose: () => void; children: ReactNode }

/**
 * A question that has to be answered first. The browser's own modal keeps the focus inside, closes at Escape and
 * gives the focus back; it is open for as long as it is rendered.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()

  // Closed before it is taken away: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])

  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      // Escape: told at once, so that whoever asks again in the same breath is asked again.
      onCancel={({ target, currentTarget }) => target === currentTarget && onClose()}
      // Told a moment later, when a strict render may have opened it again.
      onClose={({ currentTarget }) => currentTarget.open || onClose()}
      className="m-auto w-[calc(100%-2rem)] max-w-md animate-arrive rounded-plate border border-line bg-surface p-5 text-ink shadow-toast backdrop:bg-scrim sm:p-7"
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <h2 id={heading} className="text-heading">
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  )
}
