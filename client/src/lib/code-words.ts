import type { Words } from './api-error.ts'

/** What is said to whoever types a code; a link is judged by other words. */
export const CODE_WORDS: Words = {
  TOKEN_INVALID:
    'That is not the code of the newest letter, or it is too old. After five tries only the link in the letter works.',
  RATE_LIMITED: 'Too many codes were tried from your network. Please wait a moment and try again.',
}
