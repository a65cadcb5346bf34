import type { Generated, JSONColumnType } from 'kysely'

export type TokenType = 'verify_email' | 'reset_password' | 'change_email' | 'unlock_account'

export interface OneTimeTokensTable {
  id: Generated<string>
  userId: string | null
  type: TokenType
  tokenHash: Buffer
  codeHash: Buffer | null
  codeExpiresAt: Date | null
  codeTries: Generated<number>
  payload: Generated<JSONColumnType<Record<string, string>>>
  createdAt: Generated<Date>
  expiresAt: Date
  consumedAt: Date | null
}
