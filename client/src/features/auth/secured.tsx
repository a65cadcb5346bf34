import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { buttonLook } from '../../ui/button-look.ts'
import { Said } from './said.tsx'

/** What somebody should know before they lock everybody out of their account. */
export const WhatHappens = ({ children }: { children?: ReactNode }) => (
  <ul className="grid list-disc gap-2 pl-5">
    {children}
    <li>Every browser and device is signed out, this one too.</li>
    <li>The password opens nothing any more.</li>
    <li>You choose a new one on the next page.</li>
  </ul>
)

export function NothingLeftToUndo() {
  return (
    <>
      <Said heading="This link is used up">
        <p className="text-lead">
          It works once, for seven days. If you have used it already, the account is safe; what is left is to
          choose a new password.
        </p>
      </Said>
      <Link to="/forgot-password" className={buttonLook('primary')}>
        Choose a new password by mail
      </Link>
    </>
  )
}
