/** Search parameters are plain text, and paths in them stay readable: `/login?next=/dashboard`. */
export const parseSearch = (search: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(search))

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const text = new URLSearchParams(given).toString().replaceAll('%2F', '/')
  return text && `?${text}`
}
