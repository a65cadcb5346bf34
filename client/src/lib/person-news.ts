/** What the frame with the check tells the page around it: the proof, or that there will be none. */
export type PersonNews = { token: string | null }

export const isPersonNews = (data: unknown): data is PersonNews =>
  typeof data === 'object' &&
  data !== null &&
  'token' in data &&
  (data.token === null || typeof data.token === 'string')
