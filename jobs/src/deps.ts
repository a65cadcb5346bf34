import type { Logger } from 'pino'
import { type Boss, makeBoss } from '@latchkey/db/boss'
import type { Db } from '@latchkey/db/database'
import { openLog } from '@latchkey/db/log'
import { openDb } from '@latchkey/db/open'
import { openSecretBox, type SecretBox } from '@latchkey/db/secret-box'
import type { Env } from '@latchkey/shared/env'
import { type Gate, openGate } from './mail/gate.ts'
import { openSmtp, type Smtp } from './mail/smtp.ts'

export type Deps = {
  env: Env
  db: Db
  boss: Boss
  box: SecretBox
  log: Logger
  /** Absent where no mail server is configured. */
  smtp: Smtp | undefined
  gate: Gate
}

export function openDeps(env: Env): Deps {
  const log = openLog(env, { service: 'jobs' })
  const db = openDb(env, {
    url: env.JOBS_DATABASE_URL,
    as: 'jobs',
    onLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
  })
  const boss = makeBoss(env, {
    role: 'works',
    url: env.JOBS_DATABASE_URL,
    onError: (error) => log.warn({ err: error }, 'the queue has trouble with the database'),
  })
  const smtp = openSmtp(env)
  const gate = openGate({ askServer: () => smtp?.ask(), log })
  return { env, db, boss, box: openSecretBox(env), log, smtp, gate }
}
