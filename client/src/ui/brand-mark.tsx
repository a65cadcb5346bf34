/** A keyhole in its brass plate. Beside the product's name it is decoration. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-door" />
      <path
        className="fill-brass"
        d="M16 4.5c5 0 8 3.6 8 8.2 0 3-1.3 4.6-1.3 7.3 0 4.4-2.6 7.5-6.7 7.5S9.3 24.4 9.3 20c0-2.7-1.3-4.3-1.3-7.3 0-4.6 3-8.2 8-8.2Z"
      />
      <path
        className="fill-door-deep"
        d="M16 9.6a3.6 3.6 0 0 1 1.7 6.77l1.2 6.03h-5.8l1.2-6.03A3.6 3.6 0 0 1 16 9.6Z"
      />
    </svg>
  )
}
