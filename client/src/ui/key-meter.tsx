import type { PasswordVerdict } from '@latchkey/shared/password'
import type { Strength } from './use-password-verdict.ts'

type KeyMeterProps = { score: PasswordVerdict['score'] | undefined; strength: Strength | undefined }

const TEETH = [
  { x: 84, depth: 12 },
  { x: 122, depth: 19 },
  { x: 160, depth: 9 },
  { x: 198, depth: 15 },
]

/** A key that is cut as the password gets harder to guess: one more tooth for each point of the estimate. */
export function KeyMeter({ score, strength }: KeyMeterProps) {
  const cut = score ?? 0
  return (
    <div className="flex items-center justify-between gap-4">
      <svg
        viewBox="0 0 264 52"
        preserveAspectRatio="xMinYMid"
        className="key-meter h-10 min-w-0 flex-1"
        data-strength={strength}
        aria-hidden="true"
      >
        {TEETH.map(({ x, depth }, tooth) => (
          <path
            key={x}
            className="key-tooth"
            data-cut={tooth < cut}
            d={`M${x} 26h34v${depth}l-4 4h-26l-4-4Z`}
          />
        ))}
        <path
          className="key-blank"
          d="M26 2a24 24 0 0 1 23 17h203l8 7-8 7H49A24 24 0 1 1 26 2Zm0 13a11 11 0 1 0 0 22 11 11 0 0 0 0-22Z"
        />
      </svg>
      <p className="min-w-16 text-small">
        <span className="block text-ink-soft">Strength</span>
        <strong className="font-semibold">{strength ?? '–'}</strong>
      </p>
    </div>
  )
}
