const LOOKS = {
  date: new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }),
  minute: new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' }),
}

/** An instant in the reader's own language, calendar and time zone. */
export function Moment({ at, look }: { at: string; look: keyof typeof LOOKS }) {
  return <time dateTime={at}>{LOOKS[look].format(new Date(at))}</time>
}

/** How long ago that was when it was asked about; the instant itself for whoever points at it. */
export function Ago({ at, asOf }: { at: string; asOf: number }) {
  return (
    <time dateTime={at} title={LOOKS.minute.format(new Date(at))}>
      {agoOf((asOf - Date.parse(at)) / 1000)}
    </time>
  )
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** The server writes it down once a minute at most, so what is finer is now. */
const NOW_SECONDS = 120

function agoOf(seconds: number): string {
  const [unit, size] = UNITS.find(([, unitSize]) => seconds >= unitSize) ?? ['second', 1]
  return seconds < NOW_SECONDS ? AGO.format(0, 'second') : AGO.format(-Math.floor(seconds / size), unit)
}
