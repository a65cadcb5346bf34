import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'
import { CrossIcon } from './icons.tsx'

type Toast = { id: number; text: string }
type ShowToast = (text: string) => void

const SHOWN_MS = 8_000

const ToastContext = createContext<ShowToast>(() => undefined)
export const useToast = (): ShowToast => use(ToastContext)

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const show = useCallback<ShowToast>((text) => {
    setToasts((shown) => [...shown.filter((toast) => toast.text !== text), { id: nextId(shown), text }])
  }, [])
  const dismiss = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  )

  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-10 grid justify-items-center gap-2 sm:justify-items-end"
      >
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onDismiss={dismiss} />
        ))}
      </div>
    </ToastContext>
  )
}

function ToastCard({ toast, onDismiss }: { toast: Toast; onDismiss: (id: number) => void }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => onDismiss(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [held, onDismiss, toast.id])

  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-full max-w-md animate-arrive items-center gap-3 rounded-field bg-ink py-1 pr-1 pl-4 text-paper shadow-toast"
    >
      <p className="grow py-2">{toast.text}</p>
      <button
        type="button"
        aria-label="Dismiss this message"
        onClick={() => onDismiss(toast.id)}
        className="grid size-11 shrink-0 place-items-center rounded-field hover:opacity-80"
      >
        <CrossIcon />
      </button>
    </div>
  )
}

const nextId = (shown: Toast[]): number => Math.max(0, ...shown.map(({ id }) => id)) + 1
