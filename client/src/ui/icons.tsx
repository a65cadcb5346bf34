import type { ReactNode } from 'react'

export const WarningIcon = () => (
  <Icon>
    <path d="M10 3.2 18 17H2L10 3.2Z" />
    <path d="M10 8.4v3.8M10 14.4v.2" />
  </Icon>
)

export const TickIcon = () => (
  <Icon>
    <path d="m4 10.6 4 4 8-9" />
  </Icon>
)

export const DotIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="2" />
  </Icon>
)

export const CrossIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
)

export const KeyIcon = () => (
  <Icon>
    <circle cx="6.4" cy="13.6" r="4.4" />
    <path d="m9.6 10.4 8-8M13.4 6.6l3 3M17.6 2.4l1 1" />
  </Icon>
)

export const EyeIcon = ({ open }: { open: boolean }) => (
  <Icon>
    <path d="M1.8 10S4.8 4.4 10 4.4 18.2 10 18.2 10 15.2 15.6 10 15.6 1.8 10 1.8 10Z" />
    <circle cx="10" cy="10" r="2.4" />
    {!open && <path d="M3.4 17 16.6 3" />}
  </Icon>
)

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 20 20"
      className="size-5 shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}
