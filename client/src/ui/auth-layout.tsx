import type { ReactNode } from 'react'
import { BRAND } from '@latchkey/shared/brand'
import { BrandMark } from './brand-mark.tsx'
import { Door } from './door.tsx'

/** The entrance: the door on one side, what is asked of the visitor on the other. */
export function AuthLayout({ letter = false, children }: { letter?: boolean; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr] md:grid-cols-[minmax(20rem,5fr)_minmax(0,7fr)] md:grid-rows-1">
      <header className="door border-b-3 border-brass text-door-ink md:border-b-0">
        <div className="sticky top-0 hidden h-dvh md:block">
          <Door letter={letter} />
        </div>
        <p className="flex items-center gap-3 px-5 py-4 font-sign text-heading font-semibold sm:px-8 md:sr-only">
          <BrandMark className="size-9 rounded-field outline-1 outline-door-soft/40" />
          {BRAND.name}
        </p>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="grid grid-cols-[minmax(0,28rem)] content-start justify-center px-5 py-9 sm:px-8 sm:py-14 md:content-center"
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-7">{children}</div>
      </main>
    </div>
  )
}
