import { useEffect, useRef, type ReactNode } from 'react'
import { WarningIcon } from './icons.tsx'

type ErrorBannerProps = { requestId?: string | undefined; children: ReactNode }

/** Takes the focus as it appears, so that nobody has to find out why nothing happened. */
export function ErrorBanner({ requestId, children }: ErrorBannerProps) {
  const banner = useRef<HTMLDivElement>(null)
  useEffect(() => banner.current?.focus(), [])
  return (
    <div
      ref={banner}
      role="alert"
      tabIndex={-1}
      className="flex animate-arrive gap-3 rounded-field border border-danger bg-danger-wash p-4 text-danger"
    >
      <WarningIcon />
      <div className="grid min-w-0 gap-1">
        <p className="font-semibold">{children}</p>
        <Reference id={requestId} />
      </div>
    </div>
  )
}

export function Reference({ id }: { id: string | undefined }) {
  if (id === undefined) return null
  return (
    <p className="text-small">
      Reference: <code className="font-code break-all">{id}</code>
    </p>
  )
}

export function Notice({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="rounded-field border-l-4 border-brass bg-notice-wash px-4 py-3 text-notice">
      {children}
    </p>
  )
}
