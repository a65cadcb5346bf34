import type { Answer } from './browser.ts'

const OF_THE_MOMENT = new Set(['date', 'x-request-id', 'connection', 'keep-alive'])

/** All that an answer says, but for its moment: two that are equal tell nothing apart. */
export const settled = ({ status, headers, text }: Answer) => ({
  status,
  text: text.replace(/"requestId":"[^"]*"/g, '"requestId":"<id>"'),
  headers: [...headers].filter(([name]) => !OF_THE_MOMENT.has(name) && name !== 'set-cookie').sort(),
  cookies: headers.getSetCookie().map((line) => line.replace(/=[^;]*/, '=<value>')),
})
