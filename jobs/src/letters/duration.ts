const UNITS = [
  { seconds: 86_400, name: 'day', from: 2 },
  { seconds: 3600, name: 'hour', from: 1 },
  { seconds: 60, name: 'minute', from: 0 },
] as const

/** In the largest unit that says it without a fraction; a day is 24 hours, as people say it of a link. */
export function durationOf(seconds: number): string {
  const fits = UNITS.find((unit) => seconds % unit.seconds === 0 && seconds / unit.seconds >= unit.from)
  const { seconds: length, name } = fits ?? UNITS[2]
  const count = Math.floor(seconds / length)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
