import { createHmac } from 'node:crypto'
import type { Env } from '@latchkey/shared/env'

/** What is counted is never readable as an address, a mailbox or a session. */
export const hashed = ({ TOKEN_PEPPER }: Pick<Env, 'TOKEN_PEPPER'>, value: string): string =>
  createHmac('sha256', TOKEN_PEPPER.reveal()).update(`count:${value}`).digest('base64url').slice(0, 32)
