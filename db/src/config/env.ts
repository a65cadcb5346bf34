import { settingsOf } from '@latchkey/shared/env'

/** The one reader of process.env among the commands of this workspace. */
export const env = settingsOf(process)
