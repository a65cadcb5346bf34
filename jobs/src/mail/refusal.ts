/** What a mail server's no says about the letter. */
export type Refusal =
  /** It will never take it. */
  | 'for good'
  /** It does not take it now. */
  | 'for now'
  /** That may have been about the letter or about the server. */
  | 'unclear'

/** What SMTP was at. A no to the sender or to the password is not about whom we write to. */
const ABOUT_THE_LETTER = ['RCPT TO', 'DATA']
const IN_THE_LETTER = ['MAIL FROM', ...ABOUT_THE_LETTER]
/** "I am going away", whatever it was the answer to. */
const GOING_AWAY = 421

type SmtpFailure = {
  message?: string
  code?: unknown
  command?: unknown
  responseCode?: unknown
  permanent?: unknown
  response?: unknown
}

export function refusalIn(error: unknown): Refusal {
  const { command, responseCode, permanent } = factsOf(error)
  if (typeof responseCode !== 'number' || responseCode === GOING_AWAY) return 'unclear'
  if (permanent === true && ABOUT_THE_LETTER.includes(String(command))) return 'for good'
  return IN_THE_LETTER.includes(String(command)) ? 'for now' : 'unclear'
}

/** Codes alone: the sentence beside them may quote the address, or the letter. */
export function codesOf(error: unknown): string {
  const { code, command, responseCode, response } = factsOf(error)
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(String(response))?.[1]
  const told = [code, command, responseCode, enhanced].filter(Boolean).join(' ')
  return told || (error instanceof Error ? error.name : typeof error)
}

const factsOf = (error: unknown): SmtpFailure => (error instanceof Error ? error : {})
