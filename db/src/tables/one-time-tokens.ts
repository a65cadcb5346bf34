import type { ColumnType, Generated } from 'kysely'

export type TokenType =
  'verify_email' | 'reset_password' | 'change_email' | 'undo_change_email' | 'unlock_account' | 'not_me'

export interface OneTimeTokensTable {
  id: Generated<string>
  userId: string | null
  type: TokenType
  tokenHash: Buffer
  codeHash: Buffer | null
  codeExpiresAt: Date | null
  codeTries: Generated<number>
  payload: ColumnType<{ email?: string }, string | undefined>
  createdAt: Generated<Date>
  expiresAt: Date
  consumedAt: Date | null
}
