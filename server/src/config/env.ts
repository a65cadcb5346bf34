import { settingsOf } from '@latchkey/shared/env'

/** The one reader of process.env in the server. */
export const env = settingsOf(process)
