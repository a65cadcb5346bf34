import { BRAND } from '@latchkey/shared/brand'
import { Spinner } from '../../ui/spinner.tsx'

/** A part of a page is on its way. */
export function PartPending() {
  return (
    <div
      role="status"
      className="grid min-h-[50dvh] animate-late place-content-center justify-items-center gap-3 text-ink-soft"
    >
      <Spinner />
      One moment…
    </div>
  )
}

/** Nothing of the page is there yet. */
export function PagePending() {
  return (
    <main id="main" tabIndex={-1}>
      <h1 className="sr-only">{BRAND.name}</h1>
      <PartPending />
    </main>
  )
}
