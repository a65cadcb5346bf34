import { BRAND } from '@latchkey/shared/brand'

const PANELS = [
  { x: 70, y: -60, height: 330 },
  { x: 325, y: -60, height: 330 },
  { x: 70, y: 640, height: 400 },
  { x: 325, y: 640, height: 400 },
]

/** The front door, seen from the street. Pure decoration. At night there is light behind the keyhole. */
export function Door({ letter = false }: { letter?: boolean }) {
  return (
    <svg viewBox="0 0 600 900" preserveAspectRatio="xMidYMid slice" className="size-full" aria-hidden="true">
      <defs>
        <radialGradient id="door-light" className="door-light">
          <stop offset="0" stopOpacity=".6" />
          <stop offset=".3" stopOpacity=".32" />
          <stop offset=".6" stopOpacity=".1" />
          <stop offset="1" stopOpacity="0" />
        </radialGradient>
        <clipPath id="door-slot">
          <rect x="120" y="580" width="360" height="320" />
        </clipPath>
      </defs>
      {PANELS.map((panel) => (
        <Panel key={`${panel.x} ${panel.y}`} {...panel} />
      ))}
      <circle className="door-glow" cx="300" cy="405" r="300" fill="url(#door-light)" />
      <Escutcheon />
      <LetterPlate />
      {letter && (
        <g clipPath="url(#door-slot)">
          <Letter />
        </g>
      )}
    </svg>
  )
}

function Panel({ x, y, height }: { x: number; y: number; height: number }) {
  const width = 205
  return (
    <g>
      <rect className="door-panel" x={x} y={y} width={width} height={height} rx="3" />
      <path className="door-shade" d={`M${x + 3} ${y + height}V${y + 3}h${width - 3}`} />
      <path className="door-shine" d={`M${x} ${y + height + 2}h${width + 2}V${y}`} />
      <rect className="door-panel" x={x + 26} y={y + 26} width={width - 52} height={height - 52} rx="2" />
      <path className="door-shine" d={`M${x + 26} ${y + height - 26}V${y + 26}h${width - 52}`} />
      <path className="door-shade" d={`M${x + 28} ${y + height - 24}h${width - 52}V${y + 28}`} />
    </g>
  )
}

function Escutcheon() {
  return (
    <g>
      <path
        className="brass"
        d="M300 318c38 0 60 27 60 62 0 23-10 35-10 56 0 34-20 58-50 58s-50-24-50-58c0-21-10-33-10-56 0-35 22-62 60-62Z"
      />
      <path className="brass-shine" d="M252 384c-2-34 17-56 48-57" />
      <circle className="brass-line" cx="300" cy="336" r="4" />
      <circle className="brass-line" cx="300" cy="476" r="4" />
      <path className="keyhole" d="M300 364a27 27 0 0 1 12.7 50.8l9 41.2h-43.4l9-41.2A27 27 0 0 1 300 364Z" />
    </g>
  )
}

function LetterPlate() {
  return (
    <g>
      <rect className="brass" x="150" y="528" width="300" height="66" rx="9" />
      <rect className="brass-line" x="164" y="541" width="272" height="40" rx="5" />
      <path className="brass-shine" d="M160 532h280" />
      <text className="brass-text" x="302" y="568" {...fitted(BRAND.name)}>
        {BRAND.name}
      </text>
    </g>
  )
}

function Letter() {
  return (
    <g className="letter">
      <g transform="rotate(-2 300 620)">
        <rect className="letter-paper" x="184" y="540" width="232" height="158" rx="4" />
        <path className="letter-fold" d="M206 622h86M206 642h112M206 662h64" />
        <rect className="letter-stamp" x="362" y="604" width="34" height="40" rx="2" />
      </g>
      <path className="letter-shade" d="M176 582h248" />
    </g>
  )
}

/** Engraved names are squeezed when they are long, never cut. */
const fitted = (name: string) =>
  name.length > 11 ? { textLength: 236, lengthAdjust: 'spacingAndGlyphs' } : {}
