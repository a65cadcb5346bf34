import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'
import { titleOf } from '../lib/title.ts'
import { announce } from './announcer.tsx'

/** Routers whose first page has been shown. That one leaves the focus where the browser put it. */
const arrived = new WeakSet<object>()

/** Who presses Tab while a page is on its way has gone on, and is not called back when it comes. */
let isOnTheirWay = false
const track = { capture: true, passive: true }
document.addEventListener('keydown', ({ key }) => (isOnTheirWay = key === 'Tab'), track)
document.addEventListener('pointerdown', () => (isOnTheirWay = false), track)

/** The one h1 of a page, its title in the browser's tab, and the place where the focus lands after a move. */
export function PageHeading({ title, children }: { title: string; children: ReactNode }) {
  const router = useRouter()
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(false)

  useEffect(() => {
    document.title = titleOf(title)
  }, [title])

  useEffect(() => {
    if (shown.current) return
    shown.current = true
    if (arrived.has(router)) {
      if (!isOnTheirWay) heading.current?.focus({ preventScroll: true })
      announce(document.title)
    }
    arrived.add(router)
  }, [router])

  return (
    <h1 ref={heading} tabIndex={-1} className="text-title">
      {children}
    </h1>
  )
}
