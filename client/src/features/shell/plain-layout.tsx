import { BRAND } from '@latchkey/shared/brand'
import type { ReactNode } from 'react'
import { BrandMark } from '../../ui/brand-mark.tsx'

/** For pages that belong to nobody: a door with a number on it, and what there is to say. */
export function PlainLayout({ number, children }: { number: string; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="mx-auto w-full max-w-5xl px-4 py-4 sm:px-8">
        <a
          href="/"
          className="inline-flex items-center gap-3 rounded-field font-sign text-heading font-semibold"
        >
          <BrandMark className="size-9" />
          {BRAND.name}
        </a>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto grid w-full max-w-5xl content-center items-center gap-8 px-4 py-8 sm:grid-cols-[auto_1fr] sm:gap-14 sm:px-8 sm:pb-32"
      >
        <NumberPlate number={number} />
        <div className="grid max-w-md gap-5">{children}</div>
      </main>
    </div>
  )
}

function NumberPlate({ number }: { number: string }) {
  return (
    <p
      aria-hidden="true"
      className="door grid w-fit place-items-center rounded-plate px-8 py-8 font-sign text-number font-bold text-brass-lit shadow-plate outline-2 -outline-offset-8 outline-brass sm:px-12 sm:py-16"
    >
      {number}
    </p>
  )
}
