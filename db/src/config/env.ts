import { settingsOf } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'

/** The one reader of process.env among the commands of this workspace. */
export const env = settingsOf(process, readSecretFile)
