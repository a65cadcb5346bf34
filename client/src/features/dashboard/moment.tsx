const LOOKS = {
  date: new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }),
  minute: new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' }),
}

/** An instant in the reader's own language, calendar and time zone. */
export function Moment({ at, look }: { at: string; look: keyof typeof LOOKS }) {
  return <time dateTime={at}>{LOOKS[look].format(new Date(at))}</time>
}
