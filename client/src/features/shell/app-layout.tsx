import type { Me } from '@latchkey/shared/schemas/user'
import { BRAND } from '@latchkey/shared/brand'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { nameOf } from '../../lib/person.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BrandMark } from '../../ui/brand-mark.tsx'
import { KeyIcon } from '../../ui/icons.tsx'
import { SignOutButton } from './sign-out-button.tsx'

/** Every page behind the door: the product's name, who is in, and the way out. */
export function AppLayout({ user, children }: { user: Me; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr_auto]">
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-5xl items-center gap-3 px-4 py-3 sm:px-8">
          <Link
            to="/dashboard"
            className="flex items-center gap-3 rounded-field font-sign text-heading font-semibold"
          >
            <BrandMark className="size-9" />
            <span className="max-sm:sr-only">{BRAND.name}</span>
          </Link>
          <nav aria-label="Account" className="-mr-3 ml-auto flex min-w-0 items-center gap-1">
            <Link
              to="/settings"
              className="flex min-h-11 min-w-0 items-center gap-2 rounded-field px-1 font-semibold hover:bg-sunk sm:gap-3 sm:px-2"
            >
              <Avatar user={user} />
              <span className="min-w-0 truncate sm:max-w-56">{nameOf(user)}</span>
              <span className="sr-only">, settings</span>
            </Link>
            <Link
              to="/account/security"
              className="grid size-11 shrink-0 place-items-center rounded-field font-semibold hover:bg-sunk sm:flex sm:w-auto sm:items-center sm:px-3"
            >
              <KeyIcon />
              <span className="max-sm:sr-only sm:ml-2">Security</span>
            </Link>
            <SignOutButton />
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-5xl px-4 py-8 sm:px-8 sm:py-12">
        {children}
      </main>
      <footer className="mx-auto w-full max-w-5xl px-4 pb-8 text-small text-ink-soft sm:px-8">
        {BRAND.name}. {BRAND.tagline}.
      </footer>
    </div>
  )
}
