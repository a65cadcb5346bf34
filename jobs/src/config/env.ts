import { settingsOf } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'

/** The one reader of process.env in the worker. */
export const env = settingsOf(process, readSecretFile)
