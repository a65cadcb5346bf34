import { settingsOf } from '@latchkey/shared/env'

/** The one reader of process.env in the worker. */
export const env = settingsOf(process)
